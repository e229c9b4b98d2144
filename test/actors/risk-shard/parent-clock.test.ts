/** The clock of an account goes back, or a turn or a call fails: its parent's silence is no longer for it, and it asks again by itself. */
import { describe, expect, test } from "vitest";
import { AAPL } from "./bench.ts";
import { child, shown } from "./child-bench.ts";

const HOUR_MS = 3_600_000;

describe("a clock that goes back", () => {
  test("makes no silence longer, also not once the time before comes again", async () => {
    const { bench, firm } = await child();
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
    bench.clock.pass(-HOUR_MS);
    firm.isAway = true;
    expect((await bench.send({ qty: "1" })).decision).toBe("reject");
    expect((await shown(bench)).isCurrent).toBe(false);
    for (let each = 0; each < 10; each++) {
      bench.clock.pass(6_000);
      await bench.price(AAPL, { last: "100" });
      expect((await bench.send({ qty: "1" })).decision).toBe("reject");
    }
    bench.clock.pass(HOUR_MS - 60_000);
    expect((await shown(bench)).isCurrent).toBe(false);
    expect((await bench.send({ qty: "1" })).decision).toBe("reject");
  });

  test("lets nothing grow by what was heard before a silence that was too long already", async () => {
    const { bench, firm } = await child();
    await bench.send({ qty: "1" });
    firm.isAway = true;
    bench.clock.pass(6_000);
    expect((await bench.send({ qty: "1" })).decision).toBe("reject");
    bench.clock.pass(-4_000);
    expect((await shown(bench)).isCurrent).toBe(false);
    expect((await bench.send({ qty: "1" })).decision).toBe("reject");
  });

  test("has the parent asked at once, also where the newest ask has failed", async () => {
    const { bench, firm } = await child();
    await bench.send({ qty: "1" });
    bench.clock.pass(6_000);
    firm.isAway = true;
    expect((await bench.send({ qty: "1" })).decision).toBe("reject");
    firm.isAway = false;
    bench.clock.pass(-HOUR_MS);
    await bench.price(AAPL, { last: "100" });
    await settled();
    expect((await shown(bench)).isCurrent).toBe(true);
    expect((await bench.send({ qty: "1" })).decision).toBe("accept");
  });
});

describe("an ask", () => {
  test("whose call fails where it is made does not throw, and counts as a silent parent", async () => {
    const { bench, firm } = await child();
    await bench.send({ qty: "1" });
    bench.clock.pass(3_000);
    const { ask } = firm.api;
    firm.api.ask = () => {
      throw new Error("no such binding");
    };
    await bench.desk.parent.link.ask();
    firm.api.ask = ask;
    bench.clock.pass(1_000);
    const asked = firm.asks.length;
    await bench.price(AAPL, { last: "100" });
    await settled();
    expect(firm.asks.length).toBeGreaterThan(asked);
  });

  test("whose answer could not be written down is followed by another one that no order waits for", async () => {
    const { bench, firm } = await child();
    await bench.send({ qty: "1" });
    const { holding } = bench.desk.parent;
    const { turn } = holding;
    bench.clock.pass(3_000);
    // The answer brings another book, which takes a turn.
    firm.limits([{ id: "gross", kind: "max-gross-exposure", threshold: "4000" }]);
    holding.turn = async () => undefined;
    await bench.desk.parent.link.ask();
    expect(holding.present?.inFlight).toBeDefined();
    holding.turn = turn;
    bench.clock.pass(1_000);
    const asked = firm.asks.length;
    await bench.price(AAPL, { last: "100" });
    await settled();
    expect(firm.asks.length).toBeGreaterThan(asked);
  });
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
