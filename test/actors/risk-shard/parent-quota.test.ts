/** An account as a child: quota that is asked for, a parent that is away, another parent. */
import { describe, expect, test } from "vitest";
import { AAPL, checkIn, codeOf, json, MSFT, RiskBench } from "./bench.ts";
import { called, child, GROSS, read, shown } from "./child-bench.ts";
import { amount } from "./fake-firm.ts";
import { settled } from "./socket-bench.ts";

describe("quota", () => {
  test("while what is held is enough nobody is asked", async () => {
    const { bench, firm } = await child([{ ...GROSS, threshold: "100000" }]);
    await bench.send({ qty: "1" });
    const asked = firm.asks.length;
    for (let each = 0; each < 20; each++) expect((await bench.send({ qty: "1" })).decision).toBe("accept");
    expect(firm.asks).toHaveLength(asked);
  });

  test("what others hold and do not need is waited for, and not what they use", async () => {
    const { bench, firm } = await child();
    const used = { "firm:acme/gross": amount("max-gross-exposure", "3000") };
    firm.other("account:greedy", used);
    let asks = 0;
    firm.before = () => {
      bench.clock.pass(1);
      // Called by its parent, the other one gives back what it had beyond that.
      if (++asks >= 3) firm.givesBack("account:greedy", used);
    };
    expect((await bench.send({ qty: "20" })).decision).toBe("accept");
    expect(asks).toBe(3);
    expect((await bench.send({ qty: "1" })).code).toBe("max-gross-exposure");
    expect(asks).toBeLessThan(6);
  });

  test("no more is asked for than an order comes to at the mark, whatever the quote and its own price", async () => {
    const { bench, firm } = await child();
    await bench.price(AAPL, { last: "100", bid: "100", ask: "100.01" });
    await bench.send({ qty: "50", price: "100.02" });
    const gross = firm.asks.flatMap(({ held, needed }) => {
      const wanted = (held["firm:acme/gross"] ?? 0n) + (needed["firm:acme/gross"] ?? 0n);
      return needed["firm:acme/gross"] === undefined ? [] : [wanted];
    });
    expect(gross).not.toEqual([]);
    for (const wanted of gross) expect(wanted).toBe(5_000n * 10n ** 12n);
  });

  test("what a fill has lost is told, also long after the last order and where no price comes", async () => {
    const { bench, firm } = await child([{ id: "loss", kind: "max-daily-loss", threshold: "1000" }]);
    const { clientOrderId } = await bench.send({ qty: "10" });
    bench.clock.pass(120_000);
    const asked = firm.asks.length;
    await bench.fill(clientOrderId, "10", "160");
    await settled();
    const told = firm.asks.slice(asked).map(({ used }) => used["firm:acme/loss"]);
    expect(told[0]).toBe(amount("max-daily-loss", "600"));
  });

  test("what a loss has left is not kept from another that has lost more, however steadily orders come", async () => {
    const loss = "firm:acme/loss";
    const { bench, firm } = await child([{ id: "loss", kind: "max-daily-loss", threshold: "1000" }]);
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
    const lost = { [loss]: amount("max-daily-loss", "1000") };
    firm.other("account:other", lost);
    for (let each = 0; each < 3; each++) {
      await called(bench);
      await bench.send({ qty: "1" });
      firm.other("account:other", lost);
    }
    expect(firm.granted("account:other")).toEqual(lost);
    expect((await bench.send({ qty: "1" })).code).toBe("max-daily-loss");
  });

  test("an order that finds a new limit of its parent waits for its share of that, too", async () => {
    const { bench, firm } = await child([]);
    firm.limits([GROSS]);
    bench.clock.pass(6_000);
    await bench.price(AAPL, { last: "100" });
    expect((await bench.send({ qty: "20" })).decision).toBe("accept");
  });

  test("many orders that wait share their asks", async () => {
    const { bench, firm } = await child([{ ...GROSS, threshold: "100000" }]);
    firm.before = () => new Promise((resolve) => setTimeout(resolve, 5));
    const asked = firm.asks.length;
    const sent = Array.from({ length: 20 }, () => bench.send({ qty: "20" }));
    expect((await Promise.all(sent)).map(({ decision }) => decision)).toEqual(Array(20).fill("accept"));
    expect(firm.asks.length - asked).toBeLessThan(5);
  });

  test("what is granted is never less than what working orders and positions use", async () => {
    const { bench, firm } = await child();
    await bench.send({ qty: "30" });
    await bench.send({ qty: "20", symbol: MSFT, side: "sell" });
    await called(bench);
    expect(firm.granted()["firm:acme/gross"]).toBe(5_000n * 10n ** 12n);
    expect(firm.grants.children.get("account:main")?.used["firm:acme/gross"]).toBe(5_000n * 10n ** 12n);
  });

  test("prices may move what is used above what is held: then nothing grows, and what closes goes through", async () => {
    const { bench } = await child();
    await bench.send({ clientOrderId: "a", qty: "50" });
    await bench.fill("a", "50");
    await bench.price(AAPL, { last: "110" });
    expect((await bench.send({ qty: "1", price: "110" })).code).toBe("max-gross-exposure");
    const closing = await bench.send({ side: "sell", qty: "5", price: "110" });
    expect(closing).toMatchObject({ decision: "accept" });
    expect(checkIn(closing, "max-gross-exposure").verdict).toBe("warn");
  });

  test("a dry run shows the same, and holds nothing for itself", async () => {
    const { bench, firm } = await child();
    expect((await bench.check({ qty: "50" })).decision).toBe("accept");
    expect((await bench.check({ qty: "51" })).code).toBe("max-gross-exposure");
    await called(bench);
    expect(firm.grants.children.get("account:main")?.used).toEqual({});
  });

  test("orders of one request see what those before them use", async () => {
    const { bench } = await child();
    const orders = ["20", "20", "20"].map((qty) => bench.order({ qty }));
    expect((await bench.orders(orders)).map(({ decision }) => decision)).toEqual([
      "accept",
      "accept",
      "reject",
    ]);
  });

  test("is shown with the limits", async () => {
    const { bench } = await child();
    await bench.send({ qty: "10" });
    const [gross] = (await read(bench)).inherited ?? [];
    expect(gross?.quotas).toMatchObject([{ budget: "firm:acme/gross", used: "1000" }]);
    expect(Number(gross?.quotas?.[0]?.held)).toBeGreaterThanOrEqual(1_000);
  });
});

describe("a parent that is away", () => {
  async function alone() {
    const { bench, firm } = await child();
    await bench.send({ clientOrderId: "a", qty: "10" });
    await bench.fill("a", "10");
    firm.isAway = true;
    bench.clock.pass(5_001);
    await bench.price(AAPL, { last: "100" });
    return { bench, firm };
  }

  test("nothing grows, and every limit of it says why", async () => {
    const { bench } = await alone();
    const refused = await bench.send({ qty: "1" });
    expect(refused).toMatchObject({ decision: "reject", code: "parent-away" });
    expect(checkIn(refused, "max-gross-exposure")).toMatchObject({ verdict: "fail", reason: "parent-away" });
    expect((await shown(bench)).isCurrent).toBe(false);
  });

  test("what closes goes through", async () => {
    const { bench } = await alone();
    expect((await bench.send({ side: "sell", qty: "10" })).decision).toBe("accept");
    expect((await bench.send({ side: "sell", qty: "1" })).code).toBe("parent-away");
  });

  test("within five seconds the account goes by what it holds", async () => {
    const { bench, firm } = await child();
    firm.isAway = true;
    bench.clock.pass(5_000);
    await bench.price(AAPL, { last: "100" });
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
    bench.clock.pass(1);
    await bench.price(AAPL, { last: "100" });
    expect((await bench.send({ qty: "1" })).code).toBe("parent-away");
  });

  test("once it is back the next order goes through", async () => {
    const { bench, firm } = await alone();
    await bench.send({ qty: "1" });
    firm.isAway = false;
    bench.clock.pass(3_000);
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
  });

  test("a firm without limits stops growth by being away, too", async () => {
    const { bench, firm } = await child([]);
    expect((await bench.send()).decision).toBe("accept");
    firm.isAway = true;
    bench.clock.pass(5_001);
    await bench.price(AAPL, { last: "100" });
    expect((await bench.send()).code).toBe("parent-away");
  });
});

describe("after a load", () => {
  test("what is held and the book are there; it asks before anything grows", async () => {
    const { bench, firm } = await child();
    await bench.send({ qty: "10" });
    const held = bench.state.above?.held;
    const asked = firm.asks.length;
    bench.restart();
    await bench.price(AAPL, { last: "100" });
    expect(bench.state.above?.held).toEqual(held);
    expect((await read(bench)).inherited).toHaveLength(1);
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
    expect(firm.asks.length).toBeGreaterThan(asked);
    const [before, after] = [firm.asks[asked - 1], firm.asks[asked]];
    expect(after?.previous).toBe(before?.incarnation);
  });

  test("who it is, is on disk before its parent hears of it", async () => {
    const { bench, firm } = await child();
    const told: boolean[] = [];
    firm.before = ({ incarnation }) => {
      const [row] = bench.sql.exec<{ payload: string }>("SELECT payload FROM above WHERE part = 'holding'");
      told.push(row?.payload.includes(incarnation) === true);
    };
    bench.restart();
    await called(bench);
    expect(told.length).toBeGreaterThan(0);
    expect(told.every(Boolean)).toBe(true);
  });

  test("what has no price yet is not given back", async () => {
    const { bench, firm } = await child();
    await bench.send({ clientOrderId: "a", qty: "50" });
    await bench.fill("a", "50");
    bench.restart();
    await called(bench);
    expect(firm.granted()["firm:acme/gross"]).toBe(5_000n * 10n ** 12n);
  });

  test("an older copy of its disk is fenced, and holds nothing until a person admits it", async () => {
    const { bench, firm } = await child();
    firm.other("account:main", {});
    expect((await bench.send({ qty: "40" })).decision).toBe("reject");
    bench.clock.pass(5_001);
    await bench.price(AAPL, { last: "100" });
    expect((await bench.send()).code).toBe("parent-away");
    bench.restart();
    await called(bench);
    expect(bench.state.above?.held).toEqual({});
    firm.admit();
    bench.clock.pass(3_000);
    await called(bench);
    await bench.price(AAPL, { last: "100" });
    expect((await bench.send()).decision).toBe("accept");
  });
});

describe("naming a parent", () => {
  test("one that nobody put is refused, and so is one in another currency; nothing is recorded", async () => {
    const bench = await new RiskBench().ready();
    bench.firm("euro", "EUR");
    const { seq } = bench.state;
    expect(await bench.account({ parent: "nobody" })).toMatchObject({
      code: "parent-unknown",
      errors: [{ path: "parent", code: "parent-unknown" }],
    });
    expect(codeOf(await bench.account({ parent: "euro" }))).toBe("currency-differs");
    expect(bench.state.seq).toBe(seq);
  });

  test("while something is used the account cannot leave", async () => {
    const { bench, firm } = await child();
    bench.firm("other");
    await bench.send({ clientOrderId: "a" });
    expect(codeOf(await bench.account({ parent: "other" }))).toBe("child-holds");
    expect(codeOf(await bench.account())).toBe("child-holds");
    expect((await bench.send()).decision).toBe("accept");
    for (const { clientOrderId } of [...bench.state.orders.values()])
      await bench.report({ type: "cancel", clientOrderId });
    expect(codeOf(await bench.account({ parent: "other" }))).toBeUndefined();
    expect(firm.grants.children.size).toBe(0);
    expect(bench.state.above?.parent).toBe("other");
    expect((await bench.send()).decision).toBe("accept");
    expect((await bench.send({ qty: "90" })).decision).toBe("accept");
  });

  test("a parent that is away is not left", async () => {
    const { bench, firm } = await child();
    firm.isAway = true;
    expect(codeOf(await bench.account())).toBe("parent-away");
    expect(bench.state.account?.parent).toBe("acme");
  });

  test("the priority goes with each ask", async () => {
    const { bench, firm } = await child();
    expect(json(await bench.account({ parent: "acme", priority: 7 }))).toMatchObject({ priority: 7 });
    expect(firm.asks.at(-1)?.priority).toBe(7);
  });

  test("an account from before there were firms that names one which is not there is closed for growth", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    await bench.fill("a", "10");
    bench.sql.exec("UPDATE account SET payload = json_set(payload, '$.parent', 'ghost')");
    bench.restart();
    await bench.price(AAPL, { last: "100" });
    expect((await bench.send()).code).toBe("parent-away");
    expect((await bench.send({ side: "sell", qty: "10" })).decision).toBe("accept");
  });
});
