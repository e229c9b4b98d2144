/** A risk shard's state with a book of many positions and twenty limits, made without a platform. */

import { instrumentFrom } from "../../actors/instrument-directory/instrument-from.ts";
import { Timezones } from "../../actors/instrument-directory/timezone.ts";
import { changeLine } from "../../actors/risk-shard/exposure.ts";
import { recount } from "../../actors/risk-shard/funds.ts";
import { limitsFrom } from "../../actors/risk-shard/limit-set.ts";
import { initialState, lineKey, type RiskState } from "../../actors/risk-shard/state.ts";
import { instrumentLine } from "../../src/contracts/instruments.ts";
import { limitsBody } from "../../src/contracts/limits.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { money } from "../../src/domain/money.ts";
import { FLAT } from "../../src/domain/position.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { INSTRUMENT } from "./platform.ts";

export const symbolAt = (index: number): string => `BENCH:P${index}`;

/** Twenty limits that all hold for an order of the first symbol. */
const TWENTY_LIMITS = [
  { kind: "max-order-qty", scope: { kind: "account" } },
  { kind: "max-order-qty", scope: { kind: "symbol" } },
  { kind: "max-order-notional", scope: { kind: "account" } },
  { kind: "max-order-notional", scope: { kind: "symbol" } },
  { kind: "max-position-qty", scope: { kind: "symbol" } },
  { kind: "max-position-qty", scope: { kind: "symbol", id: symbolAt(0) } },
  { kind: "max-position-notional", scope: { kind: "symbol" } },
  { kind: "max-position-notional", scope: { kind: "symbol", id: symbolAt(0) } },
  { kind: "max-gross-exposure", scope: { kind: "account" } },
  { kind: "max-gross-exposure", scope: { kind: "account" }, unit: "equity-percent" },
  { kind: "max-gross-exposure", scope: { kind: "symbol" } },
  { kind: "max-net-exposure", scope: { kind: "account" } },
  { kind: "max-net-exposure", scope: { kind: "account" }, unit: "equity-percent" },
  { kind: "max-net-exposure", scope: { kind: "symbol" } },
  { kind: "max-working-orders", scope: { kind: "account" } },
  { kind: "max-working-orders", scope: { kind: "symbol" } },
  { kind: "max-order-rate", scope: { kind: "account" }, windowMs: 1_000 },
  { kind: "max-order-rate", scope: { kind: "symbol" }, windowMs: 1_000 },
  { kind: "max-price-age", scope: { kind: "account" } },
  { kind: "max-price-age", scope: { kind: "symbol" } },
].map((limit, index) => ({ id: `l${index}`, threshold: "100000000000000", action: "reject", ...limit }));

export function bookOf(positions: number, at: EpochMs): RiskState {
  const state = initialState();
  state.account = { account: "main", currency: "USD", equity: money(10n ** 21n) };
  const limits = limitsFrom(limitsBody.parse({ limits: TWENTY_LIMITS }).limits, "main");
  if ("refuse" in limits) throw new Error(JSON.stringify(limits));
  state.limits = { version: 1, limits, text: JSON.stringify(TWENTY_LIMITS) };
  const zones = new Timezones();
  for (let index = 0; index < positions; index++) {
    const instrument = instrumentAt(index, zones);
    const { symbol } = instrument;
    state.instruments.set(symbol, instrument);
    const quoted = { bid: 1_000_000, ask: 1_000_200, quoteTs: at };
    state.marks.set(symbol, { last: 1_000_100, lastTs: at, ...quoted, lastChanges: 1 });
    const held = BigInt(100 + index);
    state.positions.set(lineKey(symbol, ""), { symbol, strategy: "", position: { ...FLAT, qty: held } });
    changeLine(state, symbol, "", { pos: held, buys: 0n, sells: 0n, working: 0 });
  }
  recount(state);
  return state;
}

function instrumentAt(index: number, zones: Timezones): Instrument & { symbol: Symbol } {
  const line = instrumentLine.parse({ symbol: symbolAt(index), ...INSTRUMENT });
  const built = instrumentFrom(line, undefined, zones);
  if (!built.ok) throw new Error(JSON.stringify(built.faults));
  return built.instrument;
}
