/** What file inputs take. */
export const tableFiles = '.csv,.tsv,.txt,.tab,text/csv,text/tab-separated-values,text/plain';
export const jsonFiles = '.json,application/json';
