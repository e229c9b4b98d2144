/** What is taken without the schema is what the schema would have taken. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { plainFrame } from "../../../actors/gateway/plain-frames.ts";
import { gatewayFrame } from "../../../src/contracts/gateway-streams.ts";

const odd = fc.oneof(
  fc.string(),
  fc.integer({ min: -2, max: 2 ** 54 }),
  fc.double(),
  fc.constant(null),
  fc.boolean(),
  fc.constant("x".repeat(129)),
);
const place = fc.oneof(
  { weight: 5, arbitrary: fc.record({ topic: fc.constantFrom("quote.T:A", "trades.T:A"), seq: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ topic: odd, seq: odd }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.record({ topic: fc.constant("a"), seq: fc.nat(), more: odd }) },
);
const frame = fc.oneof(
  place.map((one) => ({ op: "ack", ...one })),
  fc.record({
    op: fc.constantFrom("ack", "ack", "ping"),
    topics: fc.oneof(fc.array(place, { maxLength: 3 }), odd),
  }),
  fc.record({ op: fc.constant("ack"), id: fc.nat(), topics: fc.array(place, { maxLength: 2 }) }),
);

test("a plain acknowledgement is what the schema makes of it", () => {
  let plain = 0;
  fc.assert(
    fc.property(frame, (message) => {
      // As it comes: through JSON.
      const read = JSON.parse(JSON.stringify(message));
      const taken = plainFrame(read);
      if (taken === undefined) return;
      plain += 1;
      expect(taken).toEqual(gatewayFrame.parse(read));
    }),
    { numRuns: 500 },
  );
  expect(plain).toBeGreaterThan(50);
});

test("a thousand topics are plain, one more or none is left to the schema", () => {
  const topics = (count: number) =>
    Array.from({ length: count }, (_, seq) => ({ topic: `quote.T:S${seq}`, seq }));
  expect(plainFrame({ op: "ack", topics: topics(1_000) })).toEqual({ op: "ack", topics: topics(1_000) });
  expect(plainFrame({ op: "ack", topics: topics(1_001) })).toBeUndefined();
  expect(plainFrame({ op: "ack", topics: [] })).toBeUndefined();
});
