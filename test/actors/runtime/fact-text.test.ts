/** Facts come back from their text as they were, whatever their payloads hold, as a whole and in parts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OutboxBatch } from "../../../actors/runtime/fact.ts";
import { asFacts, asText, factsIn, joined, partOf, textOf } from "../../../actors/runtime/fact-text.ts";
import { facts } from "./arbitrary-facts.ts";

describe("facts as text", () => {
  test("come back as they were, with a head that holds them", () => {
    fc.assert(
      fc.property(facts, (sent) => {
        const text = textOf(sent);
        expect(factsIn(text)).toEqual(sent);
        expect([text.firstSeq, text.lastSeq]).toEqual([sent[0]![0], sent.at(-1)![0]]);
        for (const [, at, kind] of sent) {
          expect(at >= text.earliest && at <= text.latest).toBe(true);
          expect(text.kinds).toContain(kind);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("are the same in pieces that are put together, and cut anywhere", () => {
    fc.assert(
      fc.property(facts, fc.nat(20), fc.nat(20), (sent, one, other) => {
        const pieces = sent.map((fact) => textOf([fact]));
        const whole = joined(pieces);
        expect(whole).toEqual({ ...textOf(sent), kinds: expect.any(Array) });
        const [from, to] = [one % sent.length, other % sent.length].toSorted((a, b) => a - b) as [
          number,
          number,
        ];
        const part = partOf(whole, sent[from]![0] - 1, sent[to]![0]);
        expect(factsIn(part)).toEqual(sent.slice(from, to + 1));
        expect([part.firstSeq, part.lastSeq]).toEqual([sent[from]![0], sent[to]![0]]);
      }),
      { numRuns: 300 },
    );
  });

  test("a payload that is a JSON object on one line stands as it is: no character of it is escaped", () => {
    const bar = '{"symbol":"XNAS:AAPL","o":"10.10","text":"\\"é\\""}';
    expect(textOf([[7, 5, "bar", bar]]).text).toBe(
      `{"seq":7,"committed_at":5,"kind":"bar","payload":${bar}}`,
    );
  });

  test("of well-formed payloads are a JSON array in brackets", () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { minLength: 1 }), (payloads) => {
        const { text } = textOf(payloads.map((each, index) => [index + 1, 0, "k", each]));
        expect(JSON.parse(`[${text}]`)).toHaveLength(payloads.length);
      }),
    );
  });

  test("an archiver of the version before hears the same facts one by one, and what it would send is understood", () => {
    const batch: OutboxBatch = {
      actor: "probe:a",
      facts: [
        [3, 1, "noted", '{"n":1}', "r-1", "t-1"],
        [4, 2, "noted", "2"],
      ],
      incarnation: "two",
      knownIncarnations: ["one"],
    };
    expect(asFacts(asText(batch))).toEqual(batch);
    expect(asFacts(batch)).toBe(batch);
    expect(asText(asText(batch))).toEqual(asText(batch));
  });
});
