/** Two strategies of one account and the group of both: what they may, what they make, and that it adds up to the account's. */
import { beforeAll, expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import type { Decision, World } from "./world.ts";

type Pnl = Readonly<Record<"realised" | "unrealised" | "fees" | "funding" | "total", string>>;
type Leg = {
  readonly symbol: string;
  readonly qty: string;
  readonly targetQty: string;
  readonly difference: string;
};
type Candle = Readonly<Record<"t" | "tickCount", number>> &
  Readonly<Record<"open" | "high" | "low" | "close", string>>;

const WIDTH_MS = 300_000;

export function deskScenario(world: () => World): void {
  const symbols = ["XTEST:DESKA", "XTEST:DESKB"] as const;
  const ids: string[] = [];
  const strategy = (at: 0 | 1): string => `/v1/strategies/${ids[at]}`;
  const order = async (clientOrderId: string, at: 0 | 1, side: string, qty: string): Promise<string> => {
    const body = {
      clientOrderId,
      strategy: ids[at],
      symbol: symbols[at],
      side,
      type: "limit",
      qty,
      price: "20",
    };
    const { decisions } = await world().post<{ decisions: Decision[] }>("/v1/accounts/desk/orders", body);
    return decisions[0]?.code ?? decisions[0]?.decision ?? "";
  };
  const filled = (clientOrderId: string, qty: string, price: string): Promise<unknown> =>
    world().post("/v1/accounts/desk/executions", {
      executions: [
        { type: "fill", execId: `f-${clientOrderId}`, clientOrderId, qty, price, fee: "0.5", ts: Date.now() },
      ],
    });
  const pnl = (path: string): Promise<Pnl> => world().get<Pnl>(`${path}/pnl`);

  beforeAll(async () => {
    for (const symbol of symbols) {
      await world().registerInstrument(symbol);
      await world().priceAt(symbol, "20");
    }
    await world().put("/v1/accounts/desk", { currency: "USD", equity: "50000" });
    const limits = [{ id: "age", kind: "max-price-age", threshold: "600000", action: "reject" }];
    await world().put("/v1/accounts/desk/limits", { limits });
  });

  test("a draft trades nothing until it is active", async () => {
    for (const [at, symbol] of symbols.entries()) {
      const legs = [{ symbol, targetQty: at === 0 ? "30" : "-10" }];
      const draft = { name: `desk ${at}`, account: "desk", instruments: legs, tags: ["e2e"], state: "draft" };
      ids.push((await world().post<{ id: string }>("/v1/strategies", draft)).id);
    }
    expect(await order("early", 0, "buy", "10")).toBe("strategy-inactive");
    for (const at of [0, 1] as const) await world().send("PATCH", strategy(at), { state: "active" });
    expect([await order("a", 0, "buy", "20"), await order("b", 1, "sell", "10")]).toEqual([
      "accept",
      "accept",
    ]);
    await filled("a", "20", "20");
    await filled("b", "10", "20");
  });

  test("each leg says what it holds, what it should and what is missing", async () => {
    const legs = await eventually(
      async () => (await world().get<{ instruments: Leg[] }>(strategy(0))).instruments,
      ([leg]) => leg?.qty === "20",
    );
    expect(legs).toEqual([{ symbol: symbols[0], targetQty: "30", qty: "20", difference: "10" }]);
  });

  test("a paused one may only close what it holds", async () => {
    await world().send("PATCH", strategy(0), { state: "paused" });
    expect(await order("more", 0, "buy", "5")).toBe("strategy-inactive");
    expect(await order("less", 0, "sell", "5")).toBe("accept");
    await filled("less", "5", "22");
  });

  test("the group of both makes what both make, and the account the same", async () => {
    const group = { name: "desk", strategies: ids };
    await world().put("/v1/strategy-groups/desk", group);
    await world().priceAt(symbols[0], "23");
    await world().priceAt(symbols[1], "19");
    // 5 sold at 22 of 20 bought at 20, the rest at 23; 10 sold at 20, at 19.
    const made = [
      { realised: "10", unrealised: "45", fees: "1", funding: "0", total: "54" },
      { realised: "0", unrealised: "10", fees: "0.5", funding: "0", total: "9.5" },
    ];
    for (const at of [0, 1] as const)
      expect(
        await eventually(
          () => pnl(strategy(at)),
          ({ total }) => total === made[at]?.total,
        ),
      ).toMatchObject(made[at] ?? {});
    const both = { realised: "10", unrealised: "55", fees: "1.5", funding: "0", total: "63.5" };
    const shown = () => pnl("/v1/strategy-groups/desk");
    expect(await eventually(shown, ({ total }) => total === both.total)).toMatchObject(both);
    expect(await world().get("/v1/accounts/desk/balances")).toMatchObject({ ...both, equity: "50063.5" });
  });

  test("five minutes of candles are the fold of their minutes, of the group too", async () => {
    for (const path of [strategy(0), "/v1/strategy-groups/desk"]) {
      const candles = async (resolution: string): Promise<Candle[]> =>
        (await world().get<{ candles: Candle[] }>(`${path}/m2m?resolution=${resolution}`)).candles;
      const [minutes, wide] = [await candles("1"), await candles("5")];
      expect(wide.length).toBeGreaterThan(0);
      for (const candle of wide) {
        const inside = minutes.filter(({ t }) => t >= candle.t && t < candle.t + WIDTH_MS);
        const most = (field: "high" | "low", of: typeof Math.max): number =>
          of(...inside.map((minute) => Number(minute[field])));
        expect(candle).toMatchObject({
          ...{ open: inside[0]?.open, close: inside.at(-1)?.close },
          tickCount: inside.reduce((sum, { tickCount }) => sum + tickCount, 0),
        });
        expect([Number(candle.high), Number(candle.low)]).toEqual([
          most("high", Math.max),
          most("low", Math.min),
        ]);
      }
    }
  });

  test("statistics say what they can of one day, and nothing of what takes two", async () => {
    for (const path of [strategy(0), "/v1/strategy-groups/desk"])
      expect(await world().get(`${path}/statistics`)).toMatchObject({ sharpe: null, sortino: null });
  });
}
