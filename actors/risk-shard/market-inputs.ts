/** What decisions go by, as it stands: versions and ages of what each symbol has told. */
import type { InputObject } from "../../src/contracts/account-inputs.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { PRICE_AGE_MS_MAX } from "../../src/domain/price.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { liquidityNumbers } from "./liquidity-numbers.ts";
import type { ListPage, WatchedQuery } from "./messages.ts";
import { rangeAt, windowsOf } from "./price-ranges.ts";
import { isCovered } from "./return-book.ts";
import type { RiskState } from "./state.ts";
import { usableMark } from "./valuation.ts";

/** By symbol; the page begins behind the one that the page before ended with. */
export function inputsPage(
  state: RiskState,
  { limit, after = "", symbol }: Omit<WatchedQuery, "list">,
  now: number,
): ActorReply<ListPage> {
  if (state.account === undefined) return refusal("account-unknown");
  const all = [...state.instruments.keys()].filter((one) => symbol === undefined || one === symbol).sort();
  const rest = all.filter((one) => one > after);
  const page = rest.slice(0, limit);
  const items = page.flatMap((one) => {
    const instrument = state.instruments.get(one);
    return instrument === undefined ? [] : [JSON.stringify(inputOf(state, instrument, now))];
  });
  const next = rest.length > limit ? page.at(-1) : undefined;
  return answer({ items, total: all.length, ...(next === undefined ? {} : { next }) });
}

function inputOf(state: RiskState, instrument: Instrument, now: number): InputObject {
  const { symbol, version } = instrument;
  const { at } = usableMark(state.marks.get(symbol));
  const priceAgeMs = at === undefined ? null : Math.max(0, now - at);
  return {
    symbol,
    status: priceAgeMs === null ? "missing" : priceAgeMs > PRICE_AGE_MS_MAX ? "stale" : "fresh",
    instrumentVersion: version,
    priceAgeMs,
    ...liquidityOf(state, instrument, now),
    previousClose: closeOf(state, instrument),
    windows: windowsIn(state, instrument, now),
    returns: returnsOf(state, instrument),
  };
}

type OfLiquidity = Pick<InputObject, "liquidityVersion" | "liquidityAgeMs" | "liquidityStatus">;

function liquidityOf(state: RiskState, instrument: Instrument, now: number): OfLiquidity {
  const liquidity = state.liquidity.get(instrument.symbol);
  if (liquidity === undefined)
    return { liquidityVersion: null, liquidityAgeMs: null, liquidityStatus: "missing" };
  const { until } = liquidityNumbers(liquidity, instrument);
  return {
    liquidityVersion: liquidity.version,
    liquidityAgeMs: Math.max(0, now - liquidity.ts),
    liquidityStatus: now >= until ? "stale" : "fresh",
  };
}

function closeOf(state: RiskState, { symbol, priceScale }: Instrument): InputObject["previousClose"] {
  const close = state.previousCloses.get(symbol);
  if (close === undefined) return null;
  const { price, from, until } = close;
  return { price: decimalText(price, priceScale), from, until };
}

function returnsOf({ returns: book }: RiskState, { symbol }: Instrument): InputObject["returns"] {
  const teller = book.tellers.get(symbol);
  if (teller === undefined) return null;
  const observations = book.covariance.window.row(symbol)?.observations ?? 0;
  return { observations, isEnough: isCovered(book, symbol), hasGap: teller.isTorn };
}

function windowsIn(
  state: RiskState,
  { symbol, priceScale }: Instrument,
  now: number,
): InputObject["windows"] {
  // Twice a price has one decimal more when it is halved.
  const text = (doubled: number | undefined): string | null =>
    doubled === undefined ? null : decimalText(doubled * 5, priceScale + 1);
  return windowsOf(state.limits.limits).map((windowMs) => {
    const range = rangeAt(state, symbol, windowMs, now);
    return { windowMs, low: text(range?.[0]), high: text(range?.[1]) };
  });
}
