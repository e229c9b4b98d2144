/** Facts of any kind, with payloads that look like what stands around them. */
import fc from "fast-check";
import type { Fact } from "../../../actors/runtime/fact.ts";

const ODD_PAYLOADS = [
  ...["{}", "[]", '{ "a" : 1.0 ,"a":2}', '{"a":\n1}', '"text"', "12.50", "null", "", "{", "no JSON"],
  ...['{"payload":1,"payload":2}', '{"a":",\\"payload\\":"}', '{"n":"\\u0000"}', '{"half":"\\ud800"}', "é𝔸"],
  ...['[{"seq":9,"quoted":"x"},\n{"seq":10}]', '{"a":",\\n{"}'],
];
const payload = fc.oneof(
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme" }) },
  { weight: 2, arbitrary: fc.constantFrom(...ODD_PAYLOADS) },
);
const word = fc.oneof(fc.constantFrom("bar", ',"payload":', 'a"b\\', "é\n"), fc.string());
const cause = fc.option(fc.tuple(word, word), { nil: undefined });
export const facts = fc
  .array(fc.record({ at: fc.integer(), kind: word, payload, cause }), { minLength: 1, maxLength: 20 })
  .chain((made) => fc.record({ made: fc.constant(made), from: fc.integer({ min: 1, max: 1_000_000 }) }))
  .map(({ made, from }) =>
    made.map(
      ({ at, kind, payload, cause }, index): Fact => [from + index, at, kind, payload, ...(cause ?? [])],
    ),
  );
