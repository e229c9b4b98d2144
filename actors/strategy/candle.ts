/** A mark-to-market candle of one minute, as it is kept, sent and shown. */
import { MONEY_SCALE, moneyText } from "../../src/domain/money.ts";
import { MINUTE_MS } from "../../src/domain/time.ts";
import type { CandleState } from "../../src/quant/m2m/roll-up.ts";

/** Money in 10⁻¹² of the account's currency. */
export type Candle = {
  readonly start: number;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  readonly realised: bigint;
  readonly unrealised: bigint;
  readonly fees: bigint;
  readonly funding: bigint;
  readonly gross: bigint;
  readonly tickCount: number;
  readonly staleLegs: readonly string[];
  readonly missingLegs: readonly string[];
  readonly sampled: boolean;
  readonly rev: number;
  readonly state: CandleState;
};

export const endOf = (candle: { readonly start: number }): number => candle.start + MINUTE_MS;

/** Whether they say the same of their minute; revision and state apart. */
export const saysTheSame = (one: Candle, other: Candle): boolean =>
  one.open === other.open &&
  one.high === other.high &&
  one.low === other.low &&
  one.close === other.close &&
  one.realised === other.realised &&
  one.unrealised === other.unrealised &&
  one.fees === other.fees &&
  one.funding === other.funding &&
  one.gross === other.gross &&
  one.tickCount === other.tickCount &&
  one.sampled === other.sampled &&
  sameNames(one.staleLegs, other.staleLegs) &&
  sameNames(one.missingLegs, other.missingLegs);

/** The public object, as JSON text. It is also what the table keeps and what the mirror gets. */
export const candleText = (candle: Candle): string =>
  JSON.stringify({
    t: candle.start,
    open: moneyText(candle.open),
    high: moneyText(candle.high),
    low: moneyText(candle.low),
    close: moneyText(candle.close),
    realised: moneyText(candle.realised),
    unrealised: moneyText(candle.unrealised),
    fees: moneyText(candle.fees),
    funding: moneyText(candle.funding),
    grossExposure: moneyText(candle.gross),
    tickCount: candle.tickCount,
    staleLegs: candle.staleLegs,
    missingLegs: candle.missingLegs,
    sampled: candle.sampled,
    rev: candle.rev,
    state: candle.state,
  });

export function candleFromText(text: string): Candle {
  // SAFETY: only `candleText` writes what is read here.
  const shown = JSON.parse(text) as Shown;
  return {
    start: shown.t,
    open: amount(shown.open),
    high: amount(shown.high),
    low: amount(shown.low),
    close: amount(shown.close),
    realised: amount(shown.realised),
    unrealised: amount(shown.unrealised),
    fees: amount(shown.fees),
    // One of before was of strategies that had none.
    funding: amount(shown.funding ?? "0"),
    gross: amount(shown.grossExposure),
    tickCount: shown.tickCount,
    staleLegs: shown.staleLegs,
    missingLegs: shown.missingLegs,
    sampled: shown.sampled,
    rev: shown.rev,
    state: shown.state,
  };
}

type Amounts = "open" | "high" | "low" | "close" | "realised" | "unrealised" | "fees" | "grossExposure";
type Shown = Omit<Candle, "start" | "gross" | "funding" | Amounts> & {
  readonly t: number;
  readonly funding?: string;
} & Readonly<Record<Amounts, string>>;

/** What `moneyText` wrote, whatever its length: sums have no bound of digits. */
function amount(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(MONEY_SCALE, "0"));
}

const sameNames = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name, index) => name === other[index]);
