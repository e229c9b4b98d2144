/**
 * JSON text to a value that can be trusted in its form: no deeper than a bound, no key twice in an object, no `__proto__`.
 * The scan comes before JSON.parse, so that what is nested a million deep costs one look at its first bytes.
 */
import type { RefusalCode } from "../domain/refusals.ts";

/** The deepest public shape has five levels; nothing honest comes near. */
export const JSON_DEPTH_MAX = 16;

export type JsonRefusal = { readonly ok: false; readonly code: RefusalCode; readonly detail: string };
export type Parsed = { readonly ok: true; readonly value: unknown } | JsonRefusal;

export function parseJson(text: string): Parsed {
  const scanned = scan(text);
  if (scanned === "too-deep") return refuse("json-too-deep", `nesting is bounded at ${JSON_DEPTH_MAX}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("json-invalid", "the body is not one JSON document");
  }
  const kept = survey(value);
  // The parser keeps the last of two equal keys: fewer are left than were written.
  if (kept.keys !== scanned.keys) return refuse("duplicate-key", "an object has the same key twice");
  if (kept.proto) return refuse("unknown-field", "no field has this name");
  return { ok: true, value };
}

const refuse = (code: RefusalCode, detail: string): JsonRefusal => ({ ok: false, code, detail });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

type Scanned = { readonly keys: number };

/** Counts keys (a colon outside of text belongs to one) and watches the depth. What is no JSON is left to the parser to refuse. */
function scan(text: string): Scanned | "too-deep" {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfText(text, at + 1);
        break;
      case COLON:
        keys += 1;
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > JSON_DEPTH_MAX) return "too-deep";
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
    }
  }
  return { keys };
}

/** Where the text that begins at `from` has its closing quote; the end of all where it has none. */
function endOfText(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}

/** How many keys the parsed value has. It is no deeper than the scan allowed. */
function survey(value: unknown): { keys: number; proto: boolean } {
  let keys = 0;
  let proto = false;
  const visit = (inner: unknown): void => {
    if (typeof inner !== "object" || inner === null) return;
    if (Array.isArray(inner)) {
      for (const item of inner) visit(item);
      return;
    }
    for (const key of Object.keys(inner)) {
      keys += 1;
      proto ||= key === "__proto__";
      visit((inner as Record<string, unknown>)[key]);
    }
  };
  visit(value);
  return { keys, proto };
}
