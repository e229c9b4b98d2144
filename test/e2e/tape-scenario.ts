/** A replayed tape becomes, at every resolution, the bars of a brute-force recomputation, and they reach Postgres. */
import { expect, test } from "vitest";
import { eventually, read } from "../../scripts/faults/audit.ts";
import { barsByBruteForce, tapeTrades } from "./tape.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;
export const TRADES = tapeTrades(7, Date.UTC(2025, 5, 10, 23, 50), 20, 40);

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
      const widths = {
        "1": MINUTE,
        "5": 5 * MINUTE,
        "15": 15 * MINUTE,
        "60": 60 * MINUTE,
        "1D": 1_440 * MINUTE,
      };
      for (const [resolution, width] of Object.entries(widths)) {
        const bars = await barsOf(`BINANCE:${symbol}`, resolution);
        expect(bars.map(shape), `resolution ${resolution}`).toEqual(barsByBruteForce(TRADES, symbol, width));
      }
    },
  );

  test("reaches Postgres with every closed bar, as the API shows it", async () => {
    for (const symbol of symbols) {
      const closed = (await barsOf(`BINANCE:${symbol}`, "1")).filter((bar) => bar.state !== "forming");
      expect(closed.length).toBeGreaterThan(10);
      const stored = () =>
        read(
          world().postgres,
          `SELECT (extract(epoch FROM start) * 1000)::bigint::text AS t, open::text AS o, high::text AS h, low::text AS l, close::text AS c,
                  volume::text AS v, trades AS n, rev, state FROM bar WHERE symbol = $1 AND resolution = '1' ORDER BY start`,
          `BINANCE:${symbol}`,
        );
      const rows = await eventually(stored, (found) => found.length >= closed.length);
      expect(rows.map((row) => ({ ...row, t: Number(row.t) }))).toEqual(
        closed.map((bar) => ({ ...shape(bar), rev: bar.rev, state: bar.state })),
      );
    }
  });
}
