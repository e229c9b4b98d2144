/** How many keys a JSON text writes, beside how many are left once it is parsed: the parser keeps the last of two equal ones. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Counts keys (a colon outside of text belongs to one) and watches the depth. What is no JSON is left to the parser to refuse. */
export function writtenKeys(text: string, depthMax: number): number | "too-deep" {
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
        if (depth > depthMax) return "too-deep";
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
    }
  }
  return keys;
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
export function keptKeys(value: unknown): { keys: number; proto: boolean } {
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
