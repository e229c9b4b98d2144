/**
 * Facts as an outbox stores them, and as they travel: those of a group mostly share moment, kind and call, and stand in one line then
 * (`fact-text.ts`). Rows of the version before had a line for each; one that was as the line before had its payload alone, behind an
 * equals sign:
 *
 *     {"seq":7,"committed_at":1700000000000,"kind":"order-decided","request_id":"…","traceparent":"…","payload":{"symbol":…}},
 *     ={"symbol":…}
 */
import type { Fact, FactText } from "./fact.ts";
import { BETWEEN_LINES, lineOf, lineOfMany, PAYLOAD, standsAsItIs } from "./fact-text.ts";

/** Of facts that follow each other without a gap. */
export function storedText(facts: readonly Fact[]): string {
  const text = inRuns(facts);
  // A payload that may not stand as it is shows in the whole text, which is looked through once.
  return isReadable(text, facts.length) ? text : facts.map(lineOf).join(BETWEEN_LINES);
}

function inRuns(facts: readonly Fact[]): string {
  const lines: string[] = [];
  for (let from = 0; from < facts.length; ) {
    const first = facts[from] as Fact; // SAFETY: below the length.
    const end = endOfRun(facts, from);
    lines.push(
      end === from + 1
        ? lineOf(first)
        : lineOfMany(
            first,
            facts.slice(from, end).map(([, , , payload]) => payload),
          ),
    );
    from = end;
  }
  return lines.join(BETWEEN_LINES);
}

/** The first fact behind those that differ from this one in their payload alone. */
function endOfRun(facts: readonly Fact[], from: number): number {
  const first = facts[from];
  let end = from + 1;
  if (first === undefined || !standsAsItIs(first[3])) return end;
  for (let fact = facts[end]; fact !== undefined && isSameCause(first, fact); fact = facts[end]) end += 1;
  return end;
}

const isSameCause = (one: Fact, other: Fact): boolean =>
  one[1] === other[1] && one[2] === other[2] && one[4] === other[4] && one[5] === other[5];

/** Whether line feeds part the facts and nothing else, and each payload behind one is such that `lineOf` would not have quoted it. */
function isReadable(text: string, facts: number): boolean {
  if (text.includes("\\u")) return false;
  let found = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    found += 1;
    if (text[at + 1] === "," && text[at + 2] !== "{" && text[at + 2] !== "[") return false;
  }
  return found === facts;
}

const SAME = "=";

/** Of a row of the version before, a line for each fact; any other is as it was. */
export function inFull({ text, firstSeq }: Pick<FactText, "text" | "firstSeq">): string {
  // Line feeds are few, and looked for faster than what stands before them.
  if (!text.includes(`\n${SAME}`)) return text;
  let about = "";
  const lines = text.split(BETWEEN_LINES).map((line, index) => {
    if (line.startsWith(SAME)) return `{"seq":${firstSeq + index}${about}${line.slice(1)}}`;
    about = line.slice(line.indexOf(","), line.indexOf(PAYLOAD) + PAYLOAD.length);
    return line;
  });
  return lines.join(BETWEEN_LINES);
}
