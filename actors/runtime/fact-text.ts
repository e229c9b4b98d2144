/**
 * Facts as text, on their whole way from the commit of their group to Postgres: lines of JSON, made once and read by nobody in between.
 * A head says what must be known of them.
 *
 * A line has the columns of `actor_fact` but for the actor's name, and the payload last. Those of facts that follow each other and differ
 * in nothing else stand in one line, which says how many they are:
 *
 *     {"seq":7,"committed_at":1700000000000,"kind":"bar","request_id":"…","traceparent":"…","payload":{"symbol":"XNAS:AAPL",…}},
 *     {"seq":8,"committed_at":1700000000000,"kind":"bar","quoted":"[1,\n2]"},
 *     {"seq":9,"committed_at":1700000000001,"kind":"bar","size":2,"payloads":[{"symbol":…}
 *     ,{"symbol":…}]}
 *
 * A payload stands there as it is, and Postgres keeps it to the byte. What Postgres or the lines could not take so stands quoted.
 */
import { assert } from "../../src/domain/assert.ts";
import type { Fact, FactText, OutboxBatch, TextBatch } from "./fact.ts";

/** No payload holds a line feed, so lines and payloads are found without being read. */
export const BETWEEN_LINES = ",\n";
export const BETWEEN_PAYLOADS = "\n,";
export const PAYLOAD = ',"payload":';
const SIZE = ',"size":';
const PAYLOADS = ',"payloads":[';

export function lineOf(fact: Fact): string {
  const payload = fact[3];
  return standsAsItIs(payload)
    ? `${aboutOf(fact)}${PAYLOAD}${payload}}`
    : `${aboutOf(fact)},"quoted":${JSON.stringify(payload)}}`;
}

/** Of facts that differ from the first in their seq and their payload alone; all payloads stand as they are. */
export const lineOfMany = (first: Fact, payloads: readonly string[]): string =>
  `${aboutOf(first)}${SIZE}${payloads.length}${PAYLOADS}${payloads.join(BETWEEN_PAYLOADS)}]}`;

function aboutOf([seq, at, kind, , requestId, traceparent]: Fact): string {
  const cause =
    requestId === undefined || traceparent === undefined
      ? ""
      : `,"request_id":${JSON.stringify(requestId)},"traceparent":${JSON.stringify(traceparent)}`;
  return `{"seq":${seq},"committed_at":${at},"kind":${JSON.stringify(kind)}${cause}`;
}

/** A line for each fact. */
export const lineByLine = (text: string): string[] => text.split(BETWEEN_LINES).flatMap(linesOf);

/** `opening` in place of the brace that each line begins with. Of a line feed there are few, and of a comma many to look at. */
export const opened = (text: string, opening: string): string =>
  // By a function: in a text `$&` and its like would mean something.
  opening + text.slice(1).replaceAll("\n{", () => `\n${opening}`);

function linesOf(line: string): string[] {
  // Within a JSON text quotation marks are escaped: the first of these stands before the payload.
  const end = line.indexOf(',"payload');
  if (end < 0 || !line.startsWith(PAYLOADS, end)) return [line];
  const seqEnd = line.indexOf(",");
  const firstSeq = Number(line.slice('{"seq":'.length, seqEnd));
  const about = line.slice(seqEnd, line.lastIndexOf(SIZE, end));
  const payloads = line.slice(end + PAYLOADS.length, -"]}".length).split(BETWEEN_PAYLOADS);
  return payloads.map((payload, index) => `{"seq":${firstSeq + index}${about}${PAYLOAD}${payload}}`);
}

/** Of a text or a number Postgres would keep the value and not the text; some escapes (NUL, half a pair) it refuses to read. */
export function standsAsItIs(payload: string): boolean {
  return (
    (payload.startsWith("{") || payload.startsWith("[")) &&
    !payload.includes("\\u") &&
    !payload.includes("\n")
  );
}

type Head = {
  readonly seq: number;
  readonly committed_at: number;
  readonly kind: string;
  readonly request_id?: string;
  readonly traceparent?: string;
  readonly quoted?: string;
};

/** The payload is cut out, not read: it comes back to the last character, even where it is no JSON. */
export function factOfLine(line: string): Fact {
  const end = line.indexOf(PAYLOAD);
  const head = JSON.parse(end < 0 ? line : `${line.slice(0, end)}}`) as Head; // SAFETY: only `lineOf` writes lines.
  const payload = end < 0 ? (head.quoted ?? "") : line.slice(end + PAYLOAD.length, -1);
  const { seq, committed_at: at, kind, request_id: requestId, traceparent } = head;
  return requestId === undefined || traceparent === undefined
    ? [seq, at, kind, payload]
    : [seq, at, kind, payload, requestId, traceparent];
}

export const factsIn = ({ text }: Pick<FactText, "text">): Fact[] => lineByLine(text).map(factOfLine);

export const factCount = ({ firstSeq, lastSeq }: FactText): number => lastSeq - firstSeq + 1;

/** Of facts that follow each other without a gap. */
export const textOf = (facts: readonly Fact[]): FactText => ({
  ...headOf(facts),
  text: facts.map(lineOf).join(BETWEEN_LINES),
});

/** What must be known of them on their way. */
export function headOf(facts: readonly Fact[]): Omit<FactText, "text"> {
  const [first, last] = [facts[0], facts.at(-1)];
  assert(first !== undefined && last !== undefined, "a text holds at least one fact");
  let [earliest, latest] = [first[1], first[1]];
  const kinds = new Set<string>();
  for (const [, at, kind] of facts) {
    earliest = Math.min(earliest, at);
    latest = Math.max(latest, at);
    kinds.add(kind);
  }
  return { firstSeq: first[0], lastSeq: last[0], earliest, latest, kinds: [...kinds] };
}

/** One text of several that follow each other. */
export function joined(texts: readonly FactText[]): FactText {
  const [first, last] = [texts[0], texts.at(-1)];
  assert(first !== undefined && last !== undefined, "a text holds at least one fact");
  if (texts.length === 1) return first;
  return {
    firstSeq: first.firstSeq,
    lastSeq: last.lastSeq,
    earliest: Math.min(...texts.map(({ earliest }) => earliest)),
    latest: Math.max(...texts.map(({ latest }) => latest)),
    kinds: [...new Set(texts.flatMap(({ kinds }) => kinds))],
    text: texts.map(({ text }) => text).join(BETWEEN_LINES),
  };
}

/** The facts above `after`, up to `upTo`, of which it holds at least one. */
export function partOf<Whole extends FactText>(whole: Whole, after: number, upTo: number): Whole {
  const firstSeq = Math.max(whole.firstSeq, after + 1);
  const lastSeq = Math.min(whole.lastSeq, upTo);
  assert(firstSeq <= lastSeq, "a text holds at least one fact");
  if (firstSeq === whole.firstSeq && lastSeq === whole.lastSeq) return whole;
  const lines = lineByLine(whole.text);
  const kept = lines.slice(firstSeq - whole.firstSeq, lastSeq - whole.firstSeq + 1);
  return { ...whole, firstSeq, lastSeq, text: kept.join(BETWEEN_LINES) };
}

/** For an archiver that does not know lines of several facts. */
export const asLines = (batch: TextBatch): TextBatch => ({
  ...batch,
  text: lineByLine(batch.text).join(BETWEEN_LINES),
});

/** For an archiver that still takes facts one by one, and for whoever reads them. */
export function asFacts(batch: OutboxBatch | TextBatch): OutboxBatch {
  if (!("text" in batch)) return batch;
  const { actor, incarnation, knownIncarnations } = batch;
  return { actor, incarnation, knownIncarnations, facts: factsIn(batch) };
}

export function asText(batch: OutboxBatch | TextBatch): TextBatch {
  if ("text" in batch) return batch;
  const { facts, ...sent } = batch;
  return { ...sent, ...textOf(facts) };
}
