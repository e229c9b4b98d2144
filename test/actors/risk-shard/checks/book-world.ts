/** A book of four symbols at 100, two of them of one sector and issuer, one of which reference data says nothing; and orders in it by force. */
import { expect } from "vitest";
import { type Check, checkIn, type Json, RiskBench } from "../bench.ts";

export const CHIP = "X:CHIP";
export const CODE = "X:CODE";
export const OIL = "X:OIL";
export const BARE = "X:BARE";

const INSTRUMENTS: Readonly<Record<string, Json>> = {
  [CHIP]: {
    ...{ sector: "tech", country: "US", issuer: "Acme", marginInitial: "0.5" },
    factors: { beta: "1.5", value: "-0.25" },
  },
  [CODE]: {
    ...{ sector: "tech", country: "DE", issuer: "Acme", marginInitial: "0.25" },
    factors: { beta: "0.8", value: "0.5" },
  },
  [OIL]: { sector: "energy", country: "US", issuer: "Well", factors: { beta: "-0.5", value: "1" } },
  [BARE]: {},
};

/** An account of 100,000 with an order of each size admitted; each symbol is at 100. */
export async function bookWorld(
  limits: readonly Json[],
  held: Readonly<Record<string, string>> = {},
): Promise<RiskBench> {
  const bench = new RiskBench();
  for (const [symbol, facts] of Object.entries(INSTRUMENTS)) bench.instrument(symbol, facts);
  await bench.account({ equity: "100000" });
  await bench.limits([WIDE]);
  for (const symbol of Object.keys(INSTRUMENTS)) await bench.price(symbol, { last: "100" });
  for (const [symbol, qty] of Object.entries(held)) await hold(bench, symbol, qty);
  await bench.limits(limits);
  return bench;
}

export const WIDE = { id: "wide", kind: "max-order-qty", threshold: "1000000000" };

/** Bought or sold at 100, for a strategy by an order of its own. */
export async function hold(bench: RiskBench, symbol: string, qty: string, strategy?: string): Promise<void> {
  const side = qty.startsWith("-") ? "sell" : "buy";
  const clientOrderId = bench.nextId();
  const about = { clientOrderId, symbol, side, qty: qty.replace("-", "") };
  if (strategy !== undefined) await bench.send({ ...about, strategy });
  const fill = { type: "fill", price: "100", ...about };
  expect(await bench.report(fill)).toMatchObject({ status: "applied" });
}

/** The check's verdict and numbers for an order that is not sent. */
export async function seen(bench: RiskBench, code: string, order: Json): Promise<Check> {
  return checkIn(await bench.check(order), code);
}

/**
 * Each lot up to the order's own is tried by itself: what is admitted lies together from the first lot on, and the order is cut to the
 * last of it, dry as sent. Returns that.
 */
export async function cutByForce(bench: RiskBench, order: Json, lots: number): Promise<number> {
  const admitted: boolean[] = [];
  for (let qty = 1; qty <= lots; qty++)
    admitted.push((await bench.check({ ...order, qty: String(qty) })).decision === "accept");
  const edge = admitted.indexOf(false);
  const largest = edge < 0 ? lots : edge;
  expect(admitted.slice(largest), "all beyond the edge fail").toEqual(
    admitted.slice(largest).map(() => false),
  );
  const whole = { ...order, qty: String(lots), clientOrderId: bench.nextId() };
  const dry = (await bench.orders([bench.order(whole)], true))[0]!;
  const sent = (await bench.orders([bench.order(whole)]))[0]!;
  const decision = largest === lots ? "accept" : largest === 0 ? "reject" : "reduce";
  expect(dry).toMatchObject({ decision, allowedQty: String(largest) });
  expect(sent.checks, "a dry run says what sending does").toEqual(dry.checks);
  expect(sent).toMatchObject({ decision, allowedQty: String(largest) });
  return largest;
}
