/** Every failure a person can meet, as data: Comlink drops error classes, so these cross the boundary by value. */
export type ErrorCode =
  | 'bad-file' // the file cannot be read as a table
  | 'bad-schema' // the schema does not fit the table, or is malformed
  | 'bad-settings' // a setting is out of range or not available
  | 'not-ready' // a step was asked for before the one it needs
  | 'stopped' // the person cancelled
  | 'no-backend' // no compute backend passed its self-test
  | 'out-of-memory'
  | 'failed'; // anything else; the message says what

export interface EngineError {
  readonly code: ErrorCode;
  /** What happened, in one sentence, without any cell value. */
  readonly message: string;
  /** What the person can do about it. */
  readonly hint?: string;
  /** 1-based line and column in the file, where there is one. */
  readonly line?: number;
  readonly column?: string;
  /** 0-based place in a text that was typed, its length for its end. */
  readonly position?: number;
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: EngineError };

/** Thrown inside the workers; `toResult` turns it into data at the boundary. */
export class HomespunError extends Error implements EngineError {
  readonly code: ErrorCode;
  readonly hint?: string;
  readonly line?: number;
  readonly column?: string;
  readonly position?: number;

  constructor(error: EngineError) {
    super(error.message);
    this.name = 'HomespunError';
    this.code = error.code;
    this.hint = error.hint;
    this.line = error.line;
    this.column = error.column;
    this.position = error.position;
  }
}

const asEngineError = (cause: unknown): EngineError => {
  if (cause instanceof HomespunError) {
    const { code, message, hint, line, column, position } = cause;
    return { code, message, hint, line, column, ...(position !== undefined && { position }) };
  }
  if (cause instanceof RangeError && /alloc|array (buffer|length)|memory/i.test(cause.message)) {
    return {
      code: 'out-of-memory',
      message: 'The browser ran out of memory.',
      hint: 'Close other tabs, or use fewer rows or columns.',
    };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: 'failed', message: `Something went wrong: ${message}` };
};

/** Runs `work` and returns its value or its error as data. Never throws. */
export async function toResult<T>(work: () => T | Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (cause) {
    return { ok: false, error: asEngineError(cause) };
  }
}
