import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FIRST_SEQ,
  FROM_THE_TOP,
  mergedFacts,
  nextPlace,
  type PartFact,
  type PartFacts,
  placesIn,
} from "../../../src/http/split/merged-facts.ts";

/** Of one part, newest first, as it would be asked for below a seq. */
function asked(part: number, all: readonly PartFact[], from: number, limit: number): PartFacts {
  const rest = all.filter(({ seq }) => seq < from);
  const facts = rest.slice(0, limit);
  return { part, from, facts, below: rest.length > limit ? (facts.at(-1)?.seq ?? from) : FIRST_SEQ };
}

const text = (part: number, seq: number): string => `${part}/${seq}`;

/** Facts of each part: seqs with gaps, and a clock that may stand still; `back` lets it go back. */
const parts = (back: number) =>
  fc
    .array(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: -back, max: 4 })), {
        maxLength: 12,
      }),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .map((lists) =>
      lists.map((steps, part) => {
        let [seq, at] = [0, 1_000];
        const facts = steps.map(([more, later]): PartFact => {
          seq += more;
          at += later;
          return { seq, at, text: text(part, seq) };
        });
        return facts.reverse();
      }),
    );

/** All pages, one after the other; `sizes` are their limits, in turn. */
function walked(all: readonly (readonly PartFact[])[], sizes: readonly number[]): string[] {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 200; page++) {
    const limit = sizes[page % sizes.length] ?? 1;
    const from = placesIn(cursor);
    const own = all.map((facts, part) => asked(part, facts, from?.get(part) ?? FROM_THE_TOP, limit));
    const { items, places } = mergedFacts(own, limit);
    seen.push(...items);
    cursor = nextPlace(places);
    if (cursor === undefined) return seen;
    expect(items.length).toBe(limit);
  }
  throw new Error("the list does not end");
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

describe("facts of several parts", () => {
  test("are one list by time, of one moment by part, whatever the sizes of its pages", () => {
    fc.assert(
      fc.property(parts(0), sizes, (all, limits) => {
        const flat = all.flatMap((facts, part) => facts.map((fact) => ({ ...fact, part })));
        flat.sort((one, other) => other.at - one.at || one.part - other.part || other.seq - one.seq);
        expect(walked(all, limits)).toEqual(flat.map((fact) => fact.text));
      }),
    );
  });

  test("come each once and in their part's order, also where a clock was set back", () => {
    fc.assert(
      fc.property(parts(9), sizes, (all, limits) => {
        const seen = walked(all, limits);
        expect(seen).toHaveLength(new Set(seen).size);
        for (const [part, facts] of all.entries())
          expect(seen.filter((one) => one.startsWith(`${part}/`))).toEqual(facts.map((fact) => fact.text));
      }),
    );
  });

  test("end where a part has more that is not here, and go on there", () => {
    const fact = (seq: number, at: number): PartFact => ({ seq, at, text: text(0, seq) });
    const known = { part: 0, from: FROM_THE_TOP, facts: [fact(9, 90), fact(8, 20)], below: FIRST_SEQ };
    const cut = { part: 1, from: FROM_THE_TOP, facts: [fact(5, 50)], below: 5 };
    const { items, places } = mergedFacts([known, cut], 10);
    expect(items).toEqual(["0/9", "0/5"]);
    expect(placesIn(nextPlace(places))).toEqual(
      new Map([
        [0, 9],
        [1, 5],
      ]),
    );
  });
});

test("a place of an account that was not split is none of several parts", () => {
  expect([placesIn(undefined), placesIn("57")]).toEqual([undefined, undefined]);
});
