import { describe, expect, test } from "vitest";
import { accountReply, exposuresReply, positionObject } from "../../../src/contracts/accounts.ts";
import { decisionRecord } from "../../../src/contracts/decisions.ts";
import { limitsReply } from "../../../src/contracts/limits.ts";
import { orderObject } from "../../../src/contracts/orders.ts";
import { violationObject } from "../../../src/contracts/violations.ts";
import { AAPL, BTC, codeOf, json, MSFT, RiskBench } from "./bench.ts";

async function traded(): Promise<RiskBench> {
  const bench = await new RiskBench().ready([
    { id: "gross", kind: "max-gross-exposure", threshold: "10000" },
    { id: "each", kind: "max-position-qty", threshold: "40" },
    { id: "rate", kind: "max-order-rate", threshold: "100", windowMs: 60_000 },
    { id: "one", kind: "max-order-qty", threshold: "30" },
  ]);
  await bench.price(BTC, { last: "100" });
  await bench.strategy("alpha", [{ symbol: AAPL, qty: "5", avgPrice: "90" }]);
  for (const symbol of [AAPL, MSFT, BTC]) {
    const id = `in-${symbol.slice(-3)}`;
    await bench.send({ clientOrderId: id, symbol, qty: "10" });
    await bench.fill(id, "4");
  }
  await bench.report({ type: "cancel", clientOrderId: "in-APL" });
  await bench.fill("in-APL", "1");
  await bench.send({ qty: "31" });
  return bench;
}

describe("what is shown", () => {
  test("has the shapes of the contract", async () => {
    const bench = await traded();
    accountReply.parse(await bench.shown());
    exposuresReply.parse(json(await bench.desk.read((reads) => reads.exposures())));
    limitsReply.parse(json(await bench.desk.read((reads, now) => reads.limits(undefined, now))));
    for (const item of await bench.list("positions")) positionObject.parse(item);
    for (const item of await bench.list("orders")) orderObject.parse(item);
    for (const item of await bench.list("violations")) violationObject.parse(item);
    for (const item of await bench.list("decisions")) decisionRecord.parse(item);
  });

  test("an order has all that it was sent with, after a load too", async () => {
    const bench = await new RiskBench().ready();
    await bench.strategy("alpha", [{ symbol: AAPL, qty: "5", avgPrice: "90" }]);
    const sent = { strategy: "alpha", side: "sell", type: "stop-limit", price: "99", stopPrice: "99.5" };
    await bench.send({ clientOrderId: "whole", ...sent, qty: "5", timeInForce: "gtc", reduceOnly: true });
    await bench.send({ clientOrderId: "bare", type: "market", qty: "1" });
    for (const restarted of [false, true]) {
      if (restarted) bench.restart();
      expect(await bench.list("orders")).toMatchObject([
        {
          ...{ clientOrderId: "bare", strategy: null, type: "market", price: null, stopPrice: null },
          ...{ timeInForce: null, reduceOnly: false, replaces: null, adjusted: [], acceptedAt: bench.now },
        },
        {
          ...{
            clientOrderId: "whole",
            strategy: "alpha",
            type: "stop-limit",
            price: "99",
            stopPrice: "99.5",
          },
          ...{ timeInForce: "gtc", reduceOnly: true, replaces: null, adjusted: [], acceptedAt: bench.now },
        },
      ]);
    }
  });

  test("utilisation is that of the member nearest to its limit; limits of single orders stand aside", async () => {
    const bench = await traded();
    expect((await bench.shown())["utilisation"]).toMatchObject([
      { id: "each", kind: "max-position-qty", scope: { kind: "symbol" }, limit: "40", utilisation: "0.25" },
      { id: "gross", scope: { kind: "account" }, limit: "10000", observed: "3000", utilisation: "0.3" },
    ]);
  });

  test("exposures name what has no price, and count it 0", async () => {
    const bench = await traded();
    bench.platform.away.add(MSFT);
    bench.restart();
    const exposures = json(await bench.desk.readPriced(bench.envelope(), (reads) => reads.exposures()));
    expect(exposures).toMatchObject({ unpriced: [MSFT], gross: "2000" });
  });

  test("of an account that was never put is nothing", async () => {
    const bench = new RiskBench();
    for (const reply of [
      await bench.desk.read((reads, now) => reads.account(now)),
      await bench.desk.read((reads) => reads.exposures()),
      await bench.desk.read((reads, now) => reads.positions({ limit: 1 }, now)),
      await bench.desk.read((reads) => reads.orders({ limit: 1 })),
      await bench.desk.read((reads) => reads.decisions({ limit: 1 })),
      await bench.desk.read((reads) => reads.violations({ limit: 1 })),
      await bench.desk.read((reads, now) => reads.limits(undefined, now)),
    ])
      expect(codeOf(reply)).toBe("account-unknown");
  });
});

describe("a list", () => {
  type Kind = "positions" | "orders" | "decisions" | "violations";
  const page = async (
    bench: RiskBench,
    kind: Kind,
    query: { limit: number; after?: string; status?: string },
  ) => {
    const reply = await bench.desk.read((reads, now) =>
      kind === "positions" ? reads.positions(query, now) : reads[kind](query),
    );
    if (!reply.ok) throw new Error(reply.code);
    return reply.value;
  };

  test.each<[Kind, number]>([
    ["positions", 4],
    ["orders", 3],
    ["decisions", 4],
    ["violations", 1],
  ])(
    "of %s is paged without a hole and without a repeat, and says how many there are",
    async (kind, total) => {
      const bench = await traded();
      const whole = await page(bench, kind, { limit: 100 });
      expect([whole.items.length, whole.total, whole.next]).toEqual([total, total, undefined]);
      const gathered: string[] = [];
      let after: string | undefined;
      do {
        const part = await page(bench, kind, after === undefined ? { limit: 1 } : { limit: 1, after });
        expect(part.total).toBe(total);
        gathered.push(...part.items);
        after = part.next;
      } while (after !== undefined);
      expect(gathered).toEqual(whole.items);
    },
  );

  test("of orders is the newest first, and of one status where that is asked", async () => {
    const bench = await traded();
    const ids = async (status?: string) =>
      (await bench.list("orders", status === undefined ? {} : { status })).map((one) => one["clientOrderId"]);
    expect(await ids()).toEqual(["in-SDT", "in-SFT", "in-APL"]);
    expect(await ids("working")).toEqual(["in-SDT", "in-SFT"]);
    expect(await ids("cancelled")).toEqual(["in-APL"]);
    expect((await page(bench, "orders", { limit: 1, status: "working" })).total).toBe(2);
  });

  test("of decisions is the newest first, with what each was about", async () => {
    const bench = await traded();
    expect((await bench.list("decisions"))[0]).toMatchObject({
      decision: "reject",
      code: "max-order-qty",
      symbol: AAPL,
      side: "buy",
      qty: "31",
      strategy: null,
      ts: bench.now,
    });
  });

  test("of checks shows what does not pass, and the tightest that does", async () => {
    const bench = await traded();
    const body = JSON.stringify({ orders: [bench.order({ qty: "31" }), bench.order({ qty: "20" })] });
    const reply = await bench.desk.orders.run(bench.envelope(), body, "telling", true);
    const { decisions } = json(reply) as { decisions: { checks: { code: string; verdict: string }[] }[] };
    const told = decisions.map(({ checks }) => checks.map(({ code, verdict }) => `${code} ${verdict}`));
    expect(told).toEqual([
      ["max-order-qty fail", "max-position-qty fail", "max-gross-exposure pass"],
      ["max-position-qty pass"],
    ]);
  });
});
