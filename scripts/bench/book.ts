/** A risk shard's state with a book of many positions and its limits, made without a platform. */

import { instrumentFrom } from "../../actors/instrument-directory/instrument-from.ts";
import { Timezones } from "../../actors/instrument-directory/timezone.ts";
import { demandOf, emptySums } from "../../actors/risk-shard/book-sums.ts";
import { changeLine } from "../../actors/risk-shard/exposure.ts";
import { recount } from "../../actors/risk-shard/funds.ts";
import { limitsFrom } from "../../actors/risk-shard/limit-set.ts";
import { startPeaks } from "../../actors/risk-shard/losses.ts";
import { learnRange } from "../../actors/risk-shard/price-ranges.ts";
import { learnReturns, wantedReturns } from "../../actors/risk-shard/return-book.ts";
import { initialState, lineKey, type RiskState } from "../../actors/risk-shard/state.ts";
import { instrumentLine } from "../../src/contracts/instruments.ts";
import { limitsBody } from "../../src/contracts/limits.ts";
import { RETURN_SCALE } from "../../src/domain/bar-return.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Liquidity } from "../../src/domain/liquidity.ts";
import { money } from "../../src/domain/money.ts";
import { FLAT } from "../../src/domain/position.ts";
import { DAY_MS, type EpochMs } from "../../src/domain/time.ts";
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

type Plan = { readonly limits: readonly object[]; readonly reference: Readonly<Record<string, unknown>> };

export function bookOf(
  positions: number,
  at: EpochMs,
  { limits: put, reference }: Plan = { limits: TWENTY_LIMITS, reference: {} },
): RiskState {
  const state = initialState();
  state.account = { account: "main", currency: "USD", equity: money(10n ** 21n), since: at };
  const { limits: parsed = [] } = limitsBody.parse({ limits: put });
  const limits = limitsFrom(parsed, "main");
  if ("refuse" in limits) throw new Error(JSON.stringify(limits));
  state.limits = { version: 1, limits, text: JSON.stringify(put) };
  state.sums = emptySums(demandOf(limits));
  const zones = new Timezones();
  for (let index = 0; index < positions; index++) {
    const instrument = instrumentAt(index, zones, reference);
    const { symbol } = instrument;
    state.instruments.set(symbol, instrument);
    const quoted = { bid: 1_000_000, ask: 1_000_200, quoteTs: at };
    state.marks.set(symbol, { last: 1_000_100, lastTs: at, ...quoted, lastChanges: 1 });
    const held = BigInt(100 + index);
    state.positions.set(lineKey(symbol, ""), { symbol, strategy: "", position: { ...FLAT, qty: held } });
    learnPast(state, symbol, index, at);
    changeLine(state, symbol, "", { pos: held, buys: 0n, sells: 0n, working: 0 });
  }
  recount(state);
  startPeaks(state, limits);
  return state;
}

/** What its symbol tells a shard that meets it, where a limit asks for it. */
function learnPast(state: RiskState, symbol: Symbol, index: number, at: EpochMs): void {
  const mark = state.marks.get(symbol);
  if (mark === undefined) return;
  state.liquidity.set(symbol, { ...LIQUIDITY, ts: at });
  learnRange(state, symbol, { mark, recent: { since: 0, stretches: [] } }, at);
  if (wantedReturns(state) === undefined) return;
  const slot = Math.floor(at / DAY_MS);
  const returns = Array.from({ length: RETURNS }, (_, back) => returnAt(slot - RETURNS + back, index));
  learnReturns(state, symbol, { resolution: "1D", barsPerDay: 1, returns });
}

const RETURNS = 250;
/** A percent or two of each day, alike for no two symbols. */
const returnAt = (slot: number, index: number): [number, number] => [
  slot,
  Math.round(10 ** RETURN_SCALE * 0.015 * Math.sin(slot * (1 + (index % 97) / 10))),
];

const LIQUIDITY: Liquidity = {
  ...{ version: 1, ts: 0, sessions: 60, sessionsWithoutTrades: 0, partialSessions: 0 },
  ...{ adv20: "1000000", adv60: "1000000", intervalMinutes: 5, intervals: 5_760 },
  ...{ volumeP25: "1000", volumeP50: "3000", volumeP75: "6000", spreadBpsMedian: 2 },
  ...{ volatilityDaily: 0.015, volatilityEwma: 0.015, ewmaLambda: 0.94, amihudPerMillion: 0.1 },
};

function instrumentAt(
  index: number,
  zones: Timezones,
  reference: Plan["reference"],
): Instrument & { symbol: Symbol } {
  const line = instrumentLine.parse({ symbol: symbolAt(index), ...INSTRUMENT, ...reference });
  const built = instrumentFrom(line, undefined, zones);
  if (!built.ok) throw new Error(JSON.stringify(built.faults));
  return built.instrument;
}
