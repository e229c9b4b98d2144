/** Facts come off the disk as the lines that they would have been, whatever their payloads hold and however many of them share a call. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fact } from "../../../actors/runtime/fact.ts";
import { inFull, storedText } from "../../../actors/runtime/fact-runs.ts";
import {
  BETWEEN_LINES,
  factsIn,
  lineByLine,
  lineOf,
  PAYLOAD,
  partOf,
  textOf,
} from "../../../actors/runtime/fact-text.ts";
import { facts } from "./arbitrary-facts.ts";

/** Few moments, kinds and calls, so that runs form and end. */
const inRuns = fc.tuple(facts, fc.array(fc.nat(1), { minLength: 20, maxLength: 20 })).map(([made, same]) => {
  const run: Fact[] = [];
  for (const [index, [seq, at, kind, payload, ...cause]] of made.entries()) {
    const [, beforeAt, beforeKind, , ...beforeCause] = run.at(-1) ?? [seq, at, kind, payload];
    run.push(
      same[index] === 1 && index > 0
        ? [seq, beforeAt, beforeKind, payload, ...beforeCause]
        : [seq, at, kind, payload, ...cause],
    );
  }
  return run;
});
const plain = inRuns.map((made) =>
  made.map(([seq, at, kind, , ...cause]): Fact => [seq, at, kind, `{"of":${seq}}`, ...cause]),
);

const any = fc.oneof(facts, inRuns, plain);

/** As a row of the version before had them. */
function inFormerRuns(sent: readonly Fact[]): string {
  const isSame = ([, at, kind, , ...cause]: Fact, [, otherAt, otherKind, , ...otherCause]: Fact): boolean =>
    JSON.stringify([at, kind, cause]) === JSON.stringify([otherAt, otherKind, otherCause]);
  const stands = (fact: Fact): boolean => lineOf(fact).includes(PAYLOAD);
  return sent
    .map((fact, index) => {
      const before = sent[index - 1];
      const joins = before !== undefined && isSame(before, fact) && stands(before) && stands(fact);
      return joins ? `=${fact[3]}` : lineOf(fact);
    })
    .join(BETWEEN_LINES);
}

describe("facts as an outbox stores them", () => {
  test("are the same facts, and line by line what they would have been without it", () => {
    fc.assert(
      fc.property(any, (sent) => {
        const text = storedText(sent);
        expect(factsIn({ text })).toEqual(sent);
        expect(lineByLine(text).join(BETWEEN_LINES)).toBe(textOf(sent).text);
        expect(inFull({ text, firstSeq: sent[0]![0] })).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  test("are cut anywhere, also within a line of many", () => {
    fc.assert(
      fc.property(any, fc.nat(20), fc.nat(20), (sent, one, other) => {
        const whole = { ...textOf(sent), text: storedText(sent) };
        const [from, to] = [one % sent.length, other % sent.length].toSorted((a, b) => a - b) as [
          number,
          number,
        ];
        const part = partOf(whole, sent[from]![0] - 1, sent[to]![0]);
        expect(factsIn(part)).toEqual(sent.slice(from, to + 1));
      }),
      { numRuns: 1_000 },
    );
  });

  test("say once what many have in common", () => {
    const sent = Array.from({ length: 100 }, (_, n): Fact => [n + 1, 5, "bar", `{"n":${n}}`, "r-1", "t-1"]);
    const text = storedText(sent);
    expect(text.startsWith('{"seq":1,"committed_at":5,"kind":"bar","request_id":"r-1"')).toBe(true);
    expect(text).toContain(',"size":100,"payloads":[{"n":0}\n,{"n":1}\n,{"n":2}');
    expect(text.length).toBeLessThan(textOf(sent).text.length / 4);
    expect(JSON.parse(`[${text}]`)).toHaveLength(1);
  });

  test("of well-formed payloads are a JSON array in brackets", () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { minLength: 1 }), (payloads) => {
        const text = storedText(payloads.map((each, index) => [index + 1, 0, "k", each]));
        const lines = JSON.parse(`[${text}]`) as { size?: number; payloads?: unknown[] }[];
        for (const { size, payloads: some } of lines) expect(some?.length).toBe(size);
        expect(lines.reduce((count, { size = 1 }) => count + size, 0)).toBe(payloads.length);
      }),
    );
  });
});

describe("rows of the version before", () => {
  test("are read as lines of one fact", () => {
    fc.assert(
      fc.property(any, (sent) => {
        const text = inFormerRuns(sent);
        expect(inFull({ text, firstSeq: sent[0]![0] })).toBe(textOf(sent).text);
      }),
      { numRuns: 1_000 },
    );
  });
});
