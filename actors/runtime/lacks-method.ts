/**
 * Whether a call failed because the object does not have that method: a deploy reaches objects one by one, and one of the version before
 * may be asked for what is new. Nothing was called then, so asking in the old form is safe.
 */
export const lacksMethod = (error: unknown, method: string): boolean =>
  error instanceof TypeError &&
  // The platform and its test double say it in two ways.
  [`does not implement "${method}"`, `does not implement the method "${method}"`].some((words) =>
    error.message.includes(words),
  );
