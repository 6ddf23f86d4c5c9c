/** Marks a row whose cell did not read as a number or instant: its value slot holds an index into `tokens`. */
export const TOKEN_FORM = 255;
