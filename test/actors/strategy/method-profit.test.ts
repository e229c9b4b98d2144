/** By lots another part of the same total is realised: the account says what lots have cost, the strategy what they are worth. */
import { expect, test } from "vitest";
import type { HeldLine, HoldingsPage } from "../../../actors/risk-shard/messages.ts";
import { type ActorReply, answer, refusal } from "../../../actors/runtime/reply.ts";
import { profitByLots } from "../../../actors/strategy/method-profit.ts";
import { pnl } from "../../../actors/strategy/profit-view.ts";
import { strategyPnl } from "../../../src/contracts/strategies.ts";
import { Bench, filled, markAt, opened, T0 } from "./bench.ts";
import { type Story, storyOf } from "./story.ts";
import { cents, legIn, ratesIn, StoryAccount } from "./story-account.ts";

const A = "XNAS:AAA";
const units = (decimal: string): bigint => {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
};
const shownIn = (reply: ActorReply<string>) => {
  if (!reply.ok) throw new Error(reply.code);
  return strategyPnl.parse(JSON.parse(reply.value));
};
/** A page for each line. */
const pagesOf =
  (lines: readonly HeldLine[]) =>
  async (after = "0"): Promise<ActorReply<HoldingsPage>> => {
    const next = Number(after) + 1;
    const items = lines.slice(next - 1, next);
    return answer(next < lines.length ? { items, next: String(next), seq: 1 } : { items, seq: 1 });
  };
const byLots = (bench: Bench, account: StoryAccount, method: "fifo" | "lifo") =>
  profitByLots(bench.state, "carry", method, T0, pagesOf(account.lines(method)));

test.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
  "the total is that of average cost, in each currency and in the account's (seed %i)",
  async (seed) => {
    const story = storyOf(seed, { delayMax: 5_000, losing: false });
    const { bench, account } = opening(story);
    for (const { at, updates, bookings } of story.arrivals) {
      if (updates.length > 0) bench.prices(...updates);
      bench.hear(...bookings.flatMap((booking) => account.book(booking, at)));
    }
    const average = shownIn(pnl(bench.state, "carry", "average", T0));
    for (const method of ["fifo", "lifo"] as const) {
      const lots = shownIn(await byLots(bench, account, method));
      expect(lots.method).toBe(method);
      expect(lots.currencies.map(({ total, fees }) => [total, fees])).toEqual(
        average.currencies.map(({ total, fees }) => [total, fees]),
      );
      // Each sum of another currency is rounded for itself: two of them, by half of 10⁻¹² at most.
      const foreign = BigInt(average.currencies.length - 1);
      const apart = units(lots.total) - units(average.total);
      expect(apart * apart <= 4n * foreign * foreign).toBe(true);
    }
  },
);

test("what is realised differs by method: two lots, one sold", async () => {
  const account = new StoryAccount([legIn({ symbol: A, multiplier: "1", startChanges: 0 })], true);
  const bench = new Bench().hear(opened([A])).baseline(A, markAt(1, T0, 130_00));
  const fill = { symbol: A, fee: "0", ts: T0 } as const;
  for (const [id, side, price] of [
    ["one", "buy", "100"],
    ["two", "buy", "110"],
    ["three", "sell", "120"],
  ] as const)
    bench.hear(...account.book({ ...fill, id, side, qty: "1", price }, T0));
  expect(shownIn(pnl(bench.state, "carry", "average", T0))).toMatchObject({
    realised: "15",
    unrealised: "25",
  });
  expect(shownIn(await byLots(bench, account, "fifo"))).toMatchObject({ realised: "20", unrealised: "20" });
  expect(shownIn(await byLots(bench, account, "lifo"))).toMatchObject({ realised: "10", unrealised: "30" });
});

test("a line whose oldest lots are not kept any more has no view by lots", async () => {
  const bench = new Bench().hear(opened([A]), filled(A, 1, 100_00, T0));
  const line = {
    symbol: A,
    strategy: "carry",
    currency: "USD",
    qty: "1",
    cost: "100",
    realised: "0",
    fees: "0",
  };
  const folded = { ...line, funding: "0", unrealised: null, unavailable: "journal-folded" } as const;
  const reply = await profitByLots(bench.state, "carry", "fifo", T0, pagesOf([folded]));
  expect(reply).toMatchObject({ ok: false, code: "pnl-method-unavailable" });
});

test("what the account refuses is refused", async () => {
  const bench = new Bench().hear(opened([A]));
  const away = async () => refusal("dependency-unavailable", "away");
  expect(await profitByLots(bench.state, "carry", "lifo", T0, away)).toMatchObject({
    code: "dependency-unavailable",
  });
});

function opening(story: Story) {
  const legs = story.legs.map(legIn);
  const account = new StoryAccount(legs, true);
  const bench = new Bench().hear(opened([], { legs, fx: ratesIn(story) }));
  const held = story.bookings.filter((booking) => "opening" in booking && booking.opening === true);
  bench.hear(...held.flatMap((booking) => account.book(booking, T0)));
  for (const { symbol, startPrice, startChanges } of [...story.legs, ...story.rates])
    if (startPrice !== undefined)
      bench.baseline(symbol, markAt(startChanges, startPrice.ts, cents(startPrice.price)));
  return { bench, account };
}
