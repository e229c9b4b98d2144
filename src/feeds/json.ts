/** Reading JSON of strangers without casting it: each reader gives the value or undefined. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function jsonObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): JsonObject | undefined {
  // SAFETY: a non-null, non-array object is a record of unknown values.
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

export const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const asInteger = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
