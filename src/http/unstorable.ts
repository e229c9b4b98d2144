/** Text that no storage keeps as it is: a NUL, which Postgres refuses, or half of a surrogate pair, which UTF-8 has no bytes for. */
import { FAULTS_MAX, type Fault } from "../contracts/issues.ts";

/** Without an escape in its JSON no value holds any such text. */
export const hasEscape = (text: string): boolean => text.includes("\\u");

/** `text` is the JSON that `value` was parsed from. */
export const unstorableFaults = (text: string, value: unknown): Fault[] =>
  hasEscape(text) ? unstorableFaultsIn(value) : [];

export function unstorableFaultsIn(value: unknown): Fault[] {
  const faults: Fault[] = [];
  for (const [path, found] of textsIn(value, [])) {
    if (isStorable(found) || faults.length === FAULTS_MAX) continue;
    faults.push({ path, code: "text", detail: "the text holds a character that cannot be kept" });
  }
  return faults;
}

/** Every text below `value` with the path of names to it; a name is a text too. */
function* textsIn(
  value: unknown,
  path: readonly string[],
): Generator<readonly [path: string, found: string]> {
  if (typeof value === "string") yield [path.join("."), value];
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield [path.join("."), name];
    yield* textsIn(inner, [...path, name]);
  }
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");
