/** History on the product itself: imported bars, the symbol's own and their versions are one list, through the actor and through Postgres. */
import { expect, test } from "vitest";
import { eventually, read } from "../../scripts/faults/audit.ts";
import type { BarObject, BarsReply } from "../../src/contracts/bars.ts";
import type { World } from "./world.ts";

const S = "XTEST:PAST";
const MINUTE = 60_000;
const minuteNow = (): number => Date.now() - (Date.now() % MINUTE);

export function historyScenario(world: () => World): void {
  /** The symbol's own first minute, ten minutes ago: a tape that ends now. */
  const own = minuteNow() - 10 * MINUTE;
  const row = (t: number, c = "11") => ({ t, o: "10", h: "12", l: "9", c, v: "5", n: 2, vw: "10.5" });
  const path = `/v1/symbols/${S}/bars`;
  const send = (rows: readonly object[]) => world().postLines(`${path}?resolution=1&source=e2e`, rows);
  const bars = async (query: string): Promise<BarObject[]> =>
    (await world().get<BarsReply>(`${path}?resolution=1&${query}`)).bars;
  const closes = async (query: string): Promise<[minute: number, c: string, rev: number][]> =>
    (await bars(query)).map(({ t, c, rev }) => [(t - own) / MINUTE, c, rev]);
  const trade = (minute: number, price: string, id: string) =>
    world().post("/v1/ticks", {
      source: "e2e",
      ticks: [{ type: "trade", symbol: S, ts: own + minute * MINUTE + 1_000, price, size: "1", id }],
    });

  test("a symbol without a tick serves what was imported for it, at every width", async () => {
    await world().registerInstrument(S);
    const rows = [-40, -39, -21, -20].map((minute) => row(own + minute * MINUTE));
    // A busy machine may make the client send it again: what was inserted is then unchanged.
    expect(await send(rows)).toMatchObject({ accepted: 4, revised: 0, kept: 0, rejected: [] });
    expect(await send(rows)).toMatchObject({ unchanged: 4 });
    expect(await closes("limit=3")).toEqual([
      [-39, "11", 0],
      [-21, "11", 0],
      [-20, "11", 0],
    ]);
    const wide = await world().get<BarsReply>(`${path}?resolution=5`);
    expect(wide.bars.reduce((trades, { n }) => trades + n, 0)).toBe(8);
    expect(wide.bars.every(({ imported, vw }) => imported === true && vw === "10.5")).toBe(true);
  });

  test("its own bars join them without a seam, one after the other by pages of any size", async () => {
    for (const [minute, price] of [
      [0, "20"],
      [1, "21"],
      [5, "22"],
    ] as const)
      await trade(minute, price, `t${minute}`);
    const reply = await send([row(own, "9.5"), row(own - MINUTE), row(own + 3 * MINUTE)]);
    expect(reply).toMatchObject({ accepted: 3, inserted: 1, kept: 2 });
    const expected = [-40, -39, -21, -20, -1, 0, 1, 5].map((minute) => own + minute * MINUTE);
    for (const limit of [1, 2, 3, 50]) {
      const seen: number[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page: BarsReply = await world().get(`${path}?resolution=1&limit=${limit}${cursor}`);
        seen.unshift(...page.bars.map(({ t }) => t));
        cursor = page.nextCursor === null ? null : `&cursor=${page.nextCursor}`;
      }
      expect(seen).toEqual(expected);
    }
  });

  test("a revision by a late trade and one by an import are each known from their moment on", async () => {
    const before = Date.now();
    await new Promise((resolve) => void setTimeout(resolve, 5));
    await trade(1, "19", "late");
    await send([row(own - 20 * MINUTE, "12")]);
    const after = await closes("countback=50");
    expect(after).toContainEqual([1, "19", 1]);
    expect(after).toContainEqual([-20, "12", 1]);
    const then = await closes(`countback=50&asOf=${before}`);
    expect(then).toContainEqual([1, "21", 0]);
    expect(then).toContainEqual([-20, "11", 0]);
    expect(await closes(`countback=50&asOf=${own - 60 * MINUTE}`)).toEqual([]);
  });

  test("Postgres has both versions of each, and the symbol's own replaced no import", async () => {
    const sql = `SELECT extract(epoch FROM start)::bigint * 1000 AS t, close::text, rev, made_by FROM bar_version
WHERE symbol = $1 AND resolution = '1' ORDER BY start`;
    const versions = await eventually(
      () => read(world().postgres, sql, S),
      (rows) => rows.length >= 2,
    );
    expect(
      versions.map(({ t, close, rev, made_by }) => [(Number(t) - own) / MINUTE, close, rev, made_by]),
    ).toEqual([
      [-20, "11", 0, "import"],
      [1, "21", 0, "trades"],
    ]);
  });
}
