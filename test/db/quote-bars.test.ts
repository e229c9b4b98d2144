/** Bars of quotes in Postgres: told once with all three, read one side at a time in the shape that the actor answers in. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import { bar as barShape } from "../../src/contracts/bars.ts";
import { historyOver } from "../../src/db/history.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import { QUOTE_SIDES } from "../../src/domain/bar.ts";
import { MINUTE, NOON, quote, SymbolBench } from "../actors/symbol/bench.ts";
import { barsOf } from "../actors/symbol/quote-pages.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";
import { envelope } from "../support/runtime-fakes.ts";

let database: TestPostgres;
const bench = new SymbolBench({ type: "fx" });
const FACTS: readonly string[] = ["bar", "quote-bar", "bar-flags", "gap"];

beforeAll(async () => {
  database = await startTestPostgres();
});
afterAll(() => database.close());

let sent = 0;
async function mirrored(): Promise<void> {
  const facts = bench.facts.slice(sent).map(({ seq, kind, payload }): Fact => [seq, NOON, kind, payload]);
  expect(facts.every(([, , kind]) => FACTS.includes(kind))).toBe(true);
  sent = bench.facts.length;
  const batch = { actor: "symbol:TEST:ABC", incarnation: "one", knownIncarnations: [] };
  await mirrorOver(database.postgres, () => bench.clock.now()).commit([asText({ ...batch, facts })]);
}
const read = async (side: (typeof QUOTE_SIDES)[number], range: object = {}) => {
  const reads = historyOver(database.postgres, () => {}, bench.clock);
  const asked = { before: 9_000_000_000_000, limit: 100, ...range };
  const reply = await reads.quoteBars(envelope(), "TEST:ABC", side, "1", asked);
  if (!reply.ok) throw new Error(reply.code);
  return reply.value.map((text) => barShape.parse(JSON.parse(text)));
};

test("Postgres answers a side as the actor does: prices, counts, revisions and flags", async () => {
  for (let minute = 0; minute < 6; minute++)
    bench.take(
      quote(NOON + minute * MINUTE, `${1 + minute}.01`, `${1 + minute}.02`),
      quote(NOON + minute * MINUTE + 5, "1.5", "7.25"),
    );
  bench.take(quote(NOON + 2 * MINUTE + 7, "0.9", "1.11"));
  await mirrored();
  bench.take({
    type: "gap",
    symbol: "TEST:ABC",
    ts: NOON + MINUTE,
    from: NOON + MINUTE,
    to: NOON + MINUTE,
    reason: "cut",
  });
  await mirrored();
  for (const side of QUOTE_SIDES) {
    const closed = barsOf(bench, side).filter(({ state }) => state !== "forming");
    expect(closed.length).toBeGreaterThan(3);
    expect(await read(side)).toEqual(closed);
    expect(await read(side, { from: NOON + MINUTE, before: NOON + 4 * MINUTE, limit: 2 })).toEqual(
      closed.slice(2, 4),
    );
  }
  expect((await read("mid"))[1]).toMatchObject({ partial: true });
  expect(await database.rows("SELECT count(*)::int AS n FROM bar")).toEqual([{ n: 0 }]);
});
