/** A read of bars as they were known at a moment: joined out of the symbol's answer and the versions in Postgres. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import type { BarQuery } from "../../actors/symbol/messages.ts";
import { DAY_MS } from "../../src/domain/time.ts";
import type { HistoryReads } from "../../src/ports.ts";
import { type FakeEdge, fakeEdge, NOW } from "../support/fake-edge.ts";

const PATH = "/v1/symbols/BINANCE:BTCUSDT/bars";
const MINUTE = 60_000;
const FIRST = NOW - 100 * MINUTE;
const at = (minute: number): number => FIRST + minute * MINUTE;
const ALL = Number.MAX_SAFE_INTEGER;

type Asked = { actor: BarQuery[]; history: { asOf?: number; before: number }[] };

/** A bar a minute; the object knows moments and holds minutes from `kept` on, where it is of this version; others may be among those up to `imported`. */
async function world(
  minutes: number,
  kept: number,
  isNew: boolean,
  imported?: number,
): Promise<{ edge: FakeEdge; asked: Asked }> {
  const asked: Asked = { actor: [], history: [] };
  const rows = (from: number, to: number, limit: number): string[] =>
    Array.from({ length: minutes }, (_, minute) => at(minute))
      .filter((t) => t >= from && t < to)
      .slice(-limit)
      .map((t) => JSON.stringify({ t }));
  const bars = (_envelope: unknown, query: BarQuery) => {
    asked.actor.push(query);
    const { from = 0, to = ALL, limit, asOf = ALL } = query;
    const shown = rows(Math.max(from, at(kept)), Math.min(to, isNew ? asOf - MINUTE + 1 : ALL), limit);
    const more = shown.length < limit && from < at(kept) ? { olderThan: Math.min(to, at(kept)) } : {};
    const also = imported === undefined ? {} : { alsoUntil: at(imported) };
    return answer({ bars: shown, ...more, ...also, ...(isNew ? { asOf } : {}) });
  };
  const history: HistoryReads["bars"] = async (_envelope, _symbol, _resolution, range) => {
    asked.history.push(range);
    const { from = 0, before, limit, asOf = ALL } = range;
    return answer(rows(from, Math.min(before, asOf - MINUTE + 1), limit));
  };
  return { edge: await fakeEdge({ answers: { "symbol.bars": bars }, history: { bars: history } }), asked };
}

const read = async (edge: FakeEdge, query: string) => {
  const body = (await (await edge.fetch("GET", `${PATH}?${query}`)).json()) as {
    bars: { t: number }[];
    nextCursor: string | null;
  };
  return { times: body.bars.map(({ t }) => t), nextCursor: body.nextCursor };
};

describe("bars as of a moment", () => {
  test("are one list out of two places, whatever is asked and whichever version the object is of", async () => {
    const minute = fc.integer({ min: 0, max: 60 });
    const asked = fc.record({
      asOf: minute,
      kept: minute,
      limit: fc.integer({ min: 1, max: 70 }),
      isNew: fc.boolean(),
      imported: fc.option(minute, { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(asked, async ({ asOf, kept, limit, isNew, imported }) => {
        const { edge, asked: told } = await world(50, kept, isNew, imported);
        const moment = at(asOf) + 5_000;
        const expected = Array.from({ length: Math.min(50, asOf) }, (_, index) => at(index));
        const seen: number[] = [];
        let cursor = "";
        do {
          const { times, nextCursor } = await read(edge, `asOf=${moment}&limit=${limit}${cursor}`);
          seen.unshift(...times);
          cursor = nextCursor === null ? "" : `&cursor=${nextCursor}`;
          expect(told.history.length).toBeLessThanOrEqual(told.actor.length);
        } while (cursor !== "");
        expect(seen).toEqual(expected);
        expect(told.history.every((range) => range.asOf === moment)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("are told back to the beginning of the month that is thirteen before this one", async () => {
    const { edge } = await world(5, 0, true);
    const status = async (asOf: number) => (await edge.fetch("GET", `${PATH}?asOf=${asOf}`)).status;
    const oldest = Date.UTC(2023, 6, 1);
    expect(new Date(NOW).toISOString().slice(0, 7)).toBe("2024-08");
    expect([await status(oldest - 1), await status(oldest)]).toEqual([422, 200]);
    expect([await status(NOW + 2_000), await status(NOW + 2_001)]).toEqual([200, 422]);
    edge.clock.at = (NOW + 31 * DAY_MS) as typeof NOW;
    expect(await status(oldest)).toBe(422);
  });
});
