/** A limit that is put while an account is split: what other parts use of it already is known before any part grows by it. */
import { describe, expect, test } from "vitest";
import { AAPL, type Json, MSFT } from "./bench.ts";
import type { FirmLimit } from "./fake-firm.ts";
import { type Joined, joinedParts } from "./joined-parts.ts";

const WIDE_GROSS = { id: "l0", kind: "max-gross-exposure", threshold: "9000", action: "reject" } as const;
const TIGHT = { id: "l1", kind: "max-gross-exposure", threshold: "1000", action: "reject" } as const;
/** Percent, scaled by 10⁴. */
const ALL = 1_000_000n;

/** Part 1 holds nine of MSFT, part 0 nothing; then the node has the new limit. */
async function held(reserve: bigint): Promise<Joined> {
  const joined = await joinedParts([WIDE_GROSS]);
  const { bench, node } = joined;
  await bench.move([MSFT], 1);
  const other = bench.part(1);
  expect(await other.send({ clientOrderId: "m", symbol: MSFT, qty: "9" })).toMatchObject({
    decision: "accept",
  });
  await other.fill("m", "9", "100");
  node.limits([WIDE_GROSS, TIGHT] as readonly FirmLimit[], "by-use", reserve);
  return joined;
}

const refused: Json = { decision: "reject", code: "max-gross-exposure" };

describe("a limit that is new to the parts", () => {
  test("lets nothing grow while all of it is in reserve, and then what the use of all parts leaves", async () => {
    const { bench, node } = await held(ALL);
    const [main, other] = [bench.part(0), bench.part(1)];
    await bench.tell(0, { type: "cover" });
    expect(await main.send({ qty: "1" })).toMatchObject(refused);
    for (const isWhole of [false, true])
      for (const part of [0, 1]) await bench.tell(part, { type: "cover", isWhole });
    expect(await main.send({ qty: "1" })).toMatchObject(refused);
    expect(await other.send({ symbol: MSFT, side: "sell", qty: "1" })).toMatchObject({ decision: "accept" });
    node.limits([WIDE_GROSS, TIGHT] as readonly FirmLimit[]);
    expect(await main.send({ qty: "2" })).toMatchObject(refused);
    expect(await main.send({ qty: "1" })).toMatchObject({ decision: "accept" });
  });

  test("is not told to be known by a part that has no price for what it holds", async () => {
    const { bench } = await held(ALL);
    const other = bench.part(1);
    for (const symbol of [AAPL, MSFT]) other.platform.marks.delete(symbol);
    other.restart();
    expect(await bench.code(1, { type: "cover" })).toBeUndefined();
    expect(await bench.code(1, { type: "cover", isWhole: true })).toBe("overloaded");
    await other.price(MSFT, { last: "100" });
    expect(await bench.code(1, { type: "cover", isWhole: true })).toBeUndefined();
  });
});
