/** Text that should be JSON, for those who then judge what it holds. */

/** Undefined where it is no JSON document, which no document means. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
