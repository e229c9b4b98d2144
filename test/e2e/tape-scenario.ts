/** A replayed tape becomes, at every resolution, the bars of a brute-force recomputation, and they reach Postgres. */
import { expect, test } from "vitest";
import { eventually, read } from "../../scripts/faults/audit.ts";
import { barsByBruteForce, tapeTrades } from "./tape.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;
export const TRADES = tapeTrades(7, Date.UTC(2025, 5, 10, 23, 50), 20, 40);

const WIDTHS = {
  "1": MINUTE,
  "3": 3 * MINUTE,
  "5": 5 * MINUTE,
  "15": 15 * MINUTE,
  "30": 30 * MINUTE,
  "60": 60 * MINUTE,
  "240": 240 * MINUTE,
  "1D": 1_440 * MINUTE,
};

type Bar = {
  t: number;
  o: string;
  h: string;
  l: string;
  c: string;
  v: string;
  n: number;
  state: string;
  rev: number;
};
const shape = ({ t, o, h, l, c, v, n }: Bar) => ({ t, o, h, l, c, v, n });

export function tapeScenario(world: () => World): void {
  const barsOf = async (symbol: string, resolution: string): Promise<Bar[]> =>
    (await world().get<{ bars: Bar[] }>(`/v1/symbols/${symbol}/bars?resolution=${resolution}&limit=1000`))
      .bars;

  const symbols = ["BTCUSDT", "ETHUSDT"];
  const total = (symbol: string): number => TRADES.filter((trade) => trade.symbol === symbol).length;

  test.each(symbols)(
    "of %s becomes, at every resolution, the bars of a brute-force recomputation",
    async (symbol) => {
      const counted = async (): Promise<number> =>
        (await barsOf(`BINANCE:${symbol}`, "1")).reduce((sum, bar) => sum + bar.n, 0);
      expect(await eventually(counted, (n) => n >= total(symbol))).toBe(total(symbol));
      for (const [resolution, width] of Object.entries(WIDTHS)) {
        const bars = await barsOf(`BINANCE:${symbol}`, resolution);
        expect(bars.map(shape), `resolution ${resolution}`).toEqual(barsByBruteForce(TRADES, symbol, width));
      }
    },
  );

  test.each(symbols)("of %s leaves no bar forming when it has ended, at any resolution", async (symbol) => {
    for (const resolution of Object.keys(WIDTHS)) {
      const states = async (): Promise<string[]> =>
        (await barsOf(`BINANCE:${symbol}`, resolution)).map(({ state }) => state);
      const ended = await eventually(states, (found) => !found.includes("forming"));
      expect(ended.length, `resolution ${resolution}`).toBeGreaterThan(0);
      expect(
        ended.filter((state) => state !== "final" && state !== "revised"),
        `resolution ${resolution}`,
      ).toEqual([]);
    }
  });

  test.each(
    symbols.flatMap((symbol) => Object.keys(WIDTHS).map((resolution) => [symbol, resolution] as const)),
  )(
    "of %s reaches Postgres with every bar at resolution %s, as the API shows it",
    async (symbol, resolution) => {
      const closed = await barsOf(`BINANCE:${symbol}`, resolution);
      expect(closed.length).toBeGreaterThan(resolution === "1" ? 10 : 0);
      const stored = () =>
        read(
          world().postgres,
          `SELECT (extract(epoch FROM start) * 1000)::bigint::text AS t, open::text AS o, high::text AS h, low::text AS l, close::text AS c,
                  volume::text AS v, trades AS n, rev, state FROM bar WHERE symbol = $1 AND resolution = $2 ORDER BY start`,
          `BINANCE:${symbol}`,
          resolution,
        );
      const rows = await eventually(stored, (found) => found.length >= closed.length);
      expect(rows.map((row) => ({ ...row, t: Number(row.t) }))).toEqual(
        closed.map((bar) => ({ ...shape(bar), rev: bar.rev, state: bar.state })),
      );
    },
  );
}
