/** Old candles of profit: minutes as they stand, and wider ones folded from them by one statement, over real Postgres. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import { asText } from "../../actors/runtime/fact-text.ts";
import type { M2mCandleObject } from "../../src/contracts/strategies.ts";
import { m2mFoldStatement, m2mStatement, m2mText } from "../../src/db/m2m-history.ts";
import { mirrorOver } from "../../src/db/mirror.ts";
import { READ_TIMEOUT_MS } from "../../src/db/neon.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { foldedShown } from "../../src/quant/m2m/shown-fold.ts";
import { CandleSpans } from "../../src/quant/m2m/widths.ts";
import { startTestPostgres, type TestPostgres } from "../support/postgres.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.UTC(2026, 0, 31, 20);
const WIDTHS = { "5": 5 * MINUTE, "60": HOUR, "240": 4 * HOUR, "1D": 24 * HOUR } as const;
const OF = { tenant: "acme", strategy: "carry" };

let database: TestPostgres;
const minutes: M2mCandleObject[] = [];

beforeAll(async () => {
  database = await startTestPostgres();
  let close = 0;
  for (let index = 0; index < 600; index++) {
    // A third of the minutes, over two days and a month's end.
    if ((index * 7) % 3 === 0) continue;
    const open = close;
    close = ((index * 37) % 101) - 50;
    const rev = index % 11 === 0 ? 2 : 0;
    minutes.push({
      ...{ t: T0 + index * 3 * MINUTE, open: `${open}`, close: `${close}` },
      ...{
        high: `${Math.max(open, close) + (index % 3)}.5`,
        low: `${Math.min(open, close) - (index % 4)}.25`,
      },
      ...{
        realised: `${index}`,
        unrealised: `${close - index}`,
        fees: "0",
        funding: "0.5",
        grossExposure: `${index % 9}`,
      },
      ...{ tickCount: index % 5, staleLegs: index % 13 === 0 ? ["XNAS:B", "XNAS:A"] : [], missingLegs: [] },
      ...{ sampled: index % 50 === 1, rev, state: rev > 0 ? "revised" : "final" },
    });
  }
  await tell("carry", minutes);
  await tell("other", minutes.slice(0, 3));
});
afterAll(() => database.close());

async function tell(strategy: string, candles: readonly M2mCandleObject[]): Promise<void> {
  const facts = candles.map((candle, index): Fact => {
    const payload = { tenant: "acme", strategy, resolution: "1", candle };
    return [index + 1, T0 + index, "m2m-candle", JSON.stringify(payload)];
  });
  const mirror = mirrorOver(database.postgres, () => T0 as EpochMs);
  const batch = { actor: `strategy:acme/${strategy}`, facts, incarnation: "one", knownIncarnations: [] };
  await mirror.commit([asText(batch)]);
}

async function read(statement: Parameters<TestPostgres["postgres"]["query"]>[0]): Promise<M2mCandleObject[]> {
  const rows = await database.postgres.query(statement, READ_TIMEOUT_MS);
  return rows.map((row) => JSON.parse(m2mText(row)) as M2mCandleObject).reverse();
}
const sorted = (candle: M2mCandleObject) => ({ ...candle, staleLegs: [...candle.staleLegs].sort() });

test("minutes come as they were told, the newest of a range, of this strategy alone", async () => {
  const before = minutes.at(-3)!.t;
  expect(await read(m2mStatement(OF, "1", { before, limit: 4 }))).toEqual(minutes.slice(-7, -3).map(sorted));
  const from = minutes[2]!.t;
  expect(await read(m2mStatement(OF, "1", { from, before: minutes[4]!.t, limit: 9 }))).toEqual(
    minutes.slice(2, 4).map(sorted),
  );
});

test.each(["5", "60", "240", "1D"] as const)(
  "candles of %s are their minutes, field by field",
  async (width) => {
    const expected = foldedShown(minutes.map(sorted), new CandleSpans(undefined), width);
    const widthMs = WIDTHS[width];
    const before = T0 + 100 * 24 * HOUR;
    expect(await read(m2mFoldStatement(OF, { widthMs, before, limit: 1_000 }))).toEqual(expected);
    // However few are asked for, none of them is cut.
    for (const limit of [1, 2, 3])
      expect(await read(m2mFoldStatement(OF, { widthMs, before, limit }))).toEqual(expected.slice(-limit));
    const { t } = expected.at(-1)!;
    expect(await read(m2mFoldStatement(OF, { widthMs, from: t, before, limit: 9 }))).toEqual(
      expected.slice(-1),
    );
  },
);

test("the last candle of a range holds its minutes up to there", async () => {
  const before = minutes.at(-5)!.t;
  const expected = foldedShown(minutes.slice(0, -5).map(sorted), new CandleSpans(undefined), "60");
  expect(await read(m2mFoldStatement(OF, { widthMs: HOUR, before, limit: 2 }))).toEqual(expected.slice(-2));
});
