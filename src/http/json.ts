/**
 * JSON text to a value that can be trusted in its form: no deeper than a bound, no key twice in an object, no `__proto__`.
 * The scan comes before JSON.parse, so that what is nested a million deep costs one look at its first bytes.
 */
import { keptKeys, writtenKeys } from "../domain/json-keys.ts";
import type { RefusalCode } from "../domain/refusals.ts";

/** The deepest public shape has five levels; nothing honest comes near. */
export const JSON_DEPTH_MAX = 16;

export type JsonRefusal = { readonly ok: false; readonly code: RefusalCode; readonly detail: string };
export type Parsed = { readonly ok: true; readonly value: unknown } | JsonRefusal;

export function parseJson(text: string): Parsed {
  const written = writtenKeys(text, JSON_DEPTH_MAX);
  if (written === "too-deep") return refuse("json-too-deep", `nesting is bounded at ${JSON_DEPTH_MAX}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("json-invalid", "not one JSON document");
  }
  const kept = keptKeys(value);
  // The parser keeps the last of two equal keys: fewer are left than were written.
  if (kept.keys !== written) return refuse("duplicate-key", "an object has the same key twice");
  if (kept.proto) return refuse("unknown-field", "no field has this name");
  return { ok: true, value };
}

const refuse = (code: RefusalCode, detail: string): JsonRefusal => ({ ok: false, code, detail });
