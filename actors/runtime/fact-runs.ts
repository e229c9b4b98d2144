/**
 * Facts as an outbox stores them. Those of a group mostly share moment, kind and call: of such a fact only the payload stands there,
 * behind an equals sign, and the line before it says the rest. On their way they are lines in full again (`fact-text.ts`).
 *
 *     {"seq":7,"committed_at":1700000000000,"kind":"order-decided","request_id":"…","traceparent":"…","payload":{"symbol":…}},
 *     ={"symbol":…},
 *     ={"symbol":…}
 */
import type { Fact, FactText } from "./fact.ts";
import { BETWEEN_LINES, lineOf, PAYLOAD } from "./fact-text.ts";

const SAME = "=";

export type StoredText = {
  readonly text: string;
  /** Of the lines in full, near enough: what they take on their way. */
  readonly units: number;
};

/** Of facts that follow each other without a gap. */
export function storedText(facts: readonly Fact[]): StoredText {
  const stored = inRuns(facts);
  // A payload that may not stand as it is shows in the whole text, which is looked through once.
  if (isReadable(stored.text, facts.length)) return stored;
  const text = facts.map(lineOf).join(BETWEEN_LINES);
  return { text, units: text.length };
}

function inRuns(facts: readonly Fact[]): StoredText {
  const lines: string[] = [];
  let saved = 0;
  let previous: Fact | undefined;
  let aboutUnits = 0;
  for (const fact of facts) {
    const payload = fact[3];
    if (previous !== undefined && isSameCause(previous, fact)) {
      lines.push(SAME + payload);
      saved += aboutUnits;
      continue;
    }
    const line = lineOf(fact);
    lines.push(line);
    previous = line.includes(PAYLOAD) ? fact : undefined;
    aboutUnits = line.length - payload.length;
  }
  const text = lines.join(BETWEEN_LINES);
  return { text, units: text.length + saved };
}

const isSameCause = (one: Fact, other: Fact): boolean =>
  one[1] === other[1] && one[2] === other[2] && one[4] === other[4] && one[5] === other[5];

/** Whether each line is one fact, and each payload in it one that `lineOf` would not have quoted. */
function isReadable(text: string, lines: number): boolean {
  if (text.includes("\\u")) return false;
  let found = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    found += 1;
    if (text[at + 1] === SAME && text[at + 2] !== "{" && text[at + 2] !== "[") return false;
  }
  return found === lines;
}

/** As `textOf` has it. */
export function inFull({ text, firstSeq }: Pick<FactText, "text" | "firstSeq">): string {
  if (!text.includes(BETWEEN_LINES + SAME)) return text;
  let about = "";
  const lines = text.split(BETWEEN_LINES).map((line, index) => {
    if (line.startsWith(SAME)) return `{"seq":${firstSeq + index}${about}${line.slice(1)}}`;
    about = line.slice(line.indexOf(","), line.indexOf(PAYLOAD) + PAYLOAD.length);
    return line;
  });
  return lines.join(BETWEEN_LINES);
}
