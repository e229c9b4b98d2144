/** Random recordings, revocations and restarts beside a plain map that knows the rules by itself. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { envelope, waitingFacts } from "../../support/runtime-fakes.ts";
import { World } from "./pit-world.ts";

type Step =
  | { readonly kind: "record"; readonly id: string; readonly to: string; readonly exDate: string }
  | { readonly kind: "revoke"; readonly id: string }
  | { readonly kind: "restart" };
const id = fc.constantFrom("a", "b", "c", "d");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("record" as const),
    id,
    to: fc.constantFrom("2", "3"),
    exDate: fc.constantFrom("2023-03-01", "2023-02-01"),
  }),
  fc.record({ kind: fc.constant("revoke" as const), id }),
  fc.constant({ kind: "restart" as const }),
);
type Kept = {
  readonly terms: string;
  readonly exDate: string;
  readonly at: number;
  revoked: number | undefined;
};

/** What the contract says of one step, and what it does to the map. */
function expected(kept: Map<string, Kept>, each: Step, now: number): string {
  if (each.kind === "restart") return "restarted";
  const known = kept.get(each.id);
  if (each.kind === "revoke") {
    if (known === undefined) return "action-unknown";
    known.revoked ??= now;
    return "revoked";
  }
  const terms = JSON.stringify([each.to, each.exDate]);
  if (known !== undefined)
    return known.terms === terms ? `recorded at ${known.at}` : "idempotency-key-reused";
  kept.set(each.id, { terms, exDate: each.exDate, at: now, revoked: undefined });
  return `recorded at ${now}`;
}

async function done(world: World, each: Step): Promise<string> {
  if (each.kind === "restart") {
    world.restart();
    return "restarted";
  }
  const { actions } = world.pit;
  if (each.kind === "revoke") {
    const reply = await actions.revoke(envelope(), each.id);
    return reply.ok ? "revoked" : reply.code;
  }
  const { kind: _kind, ...terms } = each;
  const reply = await actions.record(envelope(), JSON.stringify({ ...terms, type: "split", from: "1" }));
  return reply.ok ? `recorded at ${JSON.parse(reply.value).recordedAt}` : reply.code;
}

test("an id has one effect for ever, and the list is what was recorded, by ex-date, with what was revoked", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = new World();
      const kept = new Map<string, Kept>();
      for (const each of steps) {
        world.clock.pass(10);
        expect(await done(world, each)).toBe(expected(kept, each, world.clock.now()));
      }
      const page = await world.pit.actions.page(envelope(), { limit: 10 });
      const listed = (page.ok ? page.value.items : []).map((text) => JSON.parse(text));
      const order = [...kept].toSorted(([one, { exDate: a }], [other, { exDate: b }]) =>
        a === b ? (one < other ? -1 : 1) : a < b ? -1 : 1,
      );
      expect(listed.map((each) => [each.id, each.recordedAt, each.revokedAt])).toEqual(
        order.map(([name, { at, revoked }]) => [name, at, revoked]),
      );
      const told = waitingFacts(world.sql).filter(([, , kind]) => kind === "corporate-action");
      const revocations = order.filter(([, { revoked }]) => revoked !== undefined).length;
      expect(told).toHaveLength(kept.size + revocations);
    }),
    { numRuns: 60, seed: 4 },
  );
});
