/** Facts come off the disk as the lines that they would have been, whatever their payloads hold and however many of them share a call. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fact } from "../../../actors/runtime/fact.ts";
import { inFull, storedText } from "../../../actors/runtime/fact-runs.ts";
import { textOf } from "../../../actors/runtime/fact-text.ts";
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

describe("facts as an outbox stores them", () => {
  test("are in full what they would have been without it", () => {
    fc.assert(
      fc.property(fc.oneof(facts, inRuns, plain), (sent) => {
        const [[firstSeq]] = sent as [Fact, ...Fact[]];
        const { text } = storedText(sent);
        expect(inFull({ text, firstSeq })).toBe(textOf(sent).text);
      }),
      { numRuns: 3_000 },
    );
  });

  test("say once what many have in common, and how long they are in full", () => {
    const sent = Array.from({ length: 100 }, (_, n): Fact => [n + 1, 5, "bar", `{"n":${n}}`, "r-1", "t-1"]);
    const { text, units } = storedText(sent);
    const full = textOf(sent).text;
    expect(text.startsWith(`${textOf(sent.slice(0, 1)).text},\n={"n":1},\n={"n":2}`)).toBe(true);
    expect(text.length).toBeLessThan(full.length / 4);
    expect(Math.abs(units - full.length)).toBeLessThan(3 * sent.length);
  });

  test("of the version before are in full already", () => {
    fc.assert(
      fc.property(facts, (sent) => {
        const { text, firstSeq } = textOf(sent);
        expect(inFull({ text, firstSeq })).toBe(text);
      }),
    );
  });
});
