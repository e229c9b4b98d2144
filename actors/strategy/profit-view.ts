/** What a strategy holds and what it has made, as JSON text of public objects. */
import { decimalText, divideHalfEven } from "../../src/domain/decimal.ts";
import { moneyText } from "../../src/domain/money.ts";
import { averagePriceText } from "../../src/domain/position.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { type Amounts, type CurrencySums, HOME, type Rate } from "./currency-sums.ts";
import { flagsAt, type Holdings, hasTraded, positionOf, totalOf, valueAt } from "./holdings.ts";
import type { Mark } from "./moment.ts";
import type { Leg, Profile, StrategyState } from "./state.ts";
import { UNKNOWN } from "./view.ts";

/** Halves of a price, as tenths of it: one decimal more and no fraction. */
const TENTHS_PER_HALF = 5n;
/** As many decimals as money has. */
const RATE_SCALE = 12;

/** Legs that have ever been traded, each in its own currency. */
export function positions(state: StrategyState, strategy: string, now: number): ActorReply<string> {
  if (state.profile === undefined) return UNKNOWN;
  const { currency } = state.profile;
  const items = [...state.legs.values()]
    .sort((one, other) => (one.symbol < other.symbol ? -1 : 1))
    .flatMap((leg) => positionShown(state, leg, now))
    .map((shown) => ({ ...shown, strategy, currency: shown.currency ?? currency }));
  return answer(JSON.stringify({ items }));
}

/** At average cost. */
export function pnl(state: StrategyState, strategy: string, method: string, now: number): ActorReply<string> {
  const { profile } = state;
  if (profile === undefined) return UNKNOWN;
  if (method !== "average")
    return refusal("pnl-method-unsupported", "there are average cost, and lots by fifo and lifo");
  return answer(profitShown(profile, strategy, method, state.timeline.tip, now));
}

/** In the account's currency, and by currency. */
export function profitShown(
  profile: Profile,
  strategy: string,
  method: string,
  holdings: Holdings,
  now: number,
): string {
  const { staleLegs, missingLegs } = flagsAt(holdings, now);
  const shown = { strategy, method, currency: profile.currency, ...amountsShown(holdings) };
  return JSON.stringify({ ...shown, staleLegs, missingLegs, currencies: currenciesShown(profile, holdings) });
}

const currenciesShown = (profile: Profile, { currencies }: Holdings) =>
  [...currencies.values()]
    .map((sums) => currencyShown(profile, sums))
    .sort((one, other) => (one.currency < other.currency ? -1 : 1));

const amountsShown = (amounts: Amounts) => ({
  realised: moneyText(amounts.realised),
  unrealised: moneyText(amounts.unrealised),
  fees: moneyText(amounts.fees),
  funding: moneyText(amounts.funding),
  total: moneyText(totalOf(amounts)),
  grossExposure: moneyText(amounts.gross),
});

/** In its own money, and the rate that leads to the account's. */
const currencyShown = ({ currency: home }: Profile, { currency, own, isHome, rate }: CurrencySums) => ({
  currency: currency === HOME ? home : currency,
  ...amountsShown(own),
  fxRate: isHome ? "1" : rate === undefined ? null : rateText(rate),
});

function positionShown({ timeline }: StrategyState, leg: Leg, now: number) {
  const held = timeline.tip.legs.get(leg.symbol);
  if (held === undefined || !hasTraded(held)) return [];
  const { qty, mark } = held;
  const value = mark === undefined ? undefined : valueAt(held, qty, mark);
  return [
    {
      symbol: leg.symbol,
      qty: decimalText(qty, leg.sizeScale),
      avgPrice: averagePriceText(positionOf(held), { ...held, priceScale: leg.priceScale }) ?? null,
      marketPrice: mark === undefined ? null : markText(mark, leg.priceScale),
      priceAgeMs: mark === undefined ? null : Math.max(0, now - mark.pricedAt),
      notional: value === undefined ? null : moneyText(value),
      unrealised: value === undefined ? null : moneyText(held.unrealised),
      realised: moneyText(held.realised),
      fees: moneyText(held.fees),
      funding: moneyText(held.funding),
      currency: leg.currency,
    },
  ];
}

/** A mark that a split has divided is rounded to a tenth of the price's last digit. */
const markText = ({ halves, over = 1n }: Mark, priceScale: number): string =>
  decimalText(divideHalfEven(halves * TENTHS_PER_HALF, over, 0), priceScale + 1);

const rateText = ({ times, over }: Rate): string =>
  decimalText(divideHalfEven(times, over, RATE_SCALE), RATE_SCALE);
