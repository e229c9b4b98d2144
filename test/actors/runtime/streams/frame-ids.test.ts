/** A frame's id is judged without its schema, and exactly as that judges it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { idOf } from "../../../../actors/runtime/streams/client-frames.ts";
import { FRAME_ID_LENGTH_MAX, frameId } from "../../../../src/contracts/streams.ts";

test("an id is what the contract's schema takes for one, and nothing else", () => {
  const texts = fc.string({ unit: "binary", maxLength: FRAME_ID_LENGTH_MAX + 4 });
  const edges = fc.constantFrom("", "x".repeat(FRAME_ID_LENGTH_MAX), "x".repeat(FRAME_ID_LENGTH_MAX + 1));
  const numbers = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constantFrom(-0, 2 ** 53, 1.5));
  fc.assert(
    fc.property(fc.oneof(texts, edges, numbers, fc.anything()), (id) => {
      const parsed = frameId.safeParse(id);
      expect(idOf({ id })).toBe(parsed.success ? parsed.data : undefined);
    }),
    { numRuns: 1_000 },
  );
  expect(idOf({})).toBeUndefined();
});
