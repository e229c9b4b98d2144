/** A trading day as a statement: how it opened and closed, and sums of what was booked that lead from one to the other. */
import type { SnapshotPosition, StatementReply } from "../contracts/statements.ts";
import { assert } from "../domain/assert.ts";
import { moneyText, parseMoney } from "../domain/money.ts";
import type { EpochMs } from "../domain/time.ts";
import { converted, type FxRate } from "../domain/worth.ts";
import type { StoredHead } from "./snapshot-history.ts";

/** One end: a close, with its exact rates. */
export type Stood = {
  readonly seq: number;
  readonly at: EpochMs;
  readonly head: StoredHead;
  readonly positions: readonly SnapshotPosition[];
};
/** Sums by currency, as decimal text. */
export type BookedSums = ReadonlyMap<string, Booked>;
export type Booked = {
  readonly cash: string;
  readonly realised: string;
  readonly fees: string;
  readonly funding: string;
};
export type Lists = Pick<
  StatementReply,
  "executions" | "cash" | "corporateActions" | "adjustments" | "counts"
>;

const PARTS = ["cash", "realised", "unrealised", "fees", "funding"] as const;
const BOOKED = ["cash", "realised", "fees", "funding"] as const;
const BROUGHT = ["realised", "unrealised", "fees"] as const;
type Part = (typeof PARTS)[number];
type Amounts = Readonly<Record<Part, bigint>>;
const NOTHING: Amounts = { cash: 0n, realised: 0n, unrealised: 0n, fees: 0n, funding: 0n };

/** `opening` is undefined where the account began in this statement. */
export function statementOf(
  account: string,
  opening: Stood | undefined,
  closing: Stood,
  booked: BookedSums,
  lists: Lists,
): StatementReply {
  const currencies = currenciesOf(opening, closing, booked);
  return {
    account,
    day: closing.head.day,
    opening: sideOf(opening, closing),
    closing: sideOf(closing, closing),
    movement: movementOf(opening, closing, booked),
    currencies,
    reconciles: currencies.every(({ difference }) => BOOKED.every((part) => difference[part] === "0")),
    ...lists,
  };
}

function sideOf(side: Stood | undefined, closing: Stood): StatementReply["opening"] {
  if (side === undefined) {
    const { currency } = closing.head;
    const nothing = { equity: "0", startingEquity: "0", ...texts(NOTHING), total: "0" };
    return { seq: null, at: null, currency, ...nothing, positions: [] };
  }
  const { currency, equity, startingEquity, total } = side.head;
  const money = { currency, equity, startingEquity, ...texts(amountsOf(side.head)), total };
  return { seq: side.seq, at: side.at, ...money, positions: [...side.positions] };
}

/** Exact: no rate is in it. */
function currenciesOf(
  opening: Stood | undefined,
  closing: Stood,
  booked: BookedSums,
): StatementReply["currencies"] {
  return namesOf(opening, closing, booked).map((currency) => {
    const [before, after] = [standing(opening, currency), standing(closing, currency)];
    const moved = bookedIn(booked, currency);
    const difference = (part: (typeof BOOKED)[number]) => moneyText(after[part] - before[part] - moved[part]);
    return {
      currency,
      opening: texts(before),
      booked: bookedTexts((part) => moneyText(moved[part])),
      closing: texts(after),
      difference: bookedTexts(difference),
    };
  });
}

/** In the account's currency at the rates of the close; what those made of what was there before is `fx`. What was brought along is capital. */
function movementOf(
  opening: Stood | undefined,
  closing: Stood,
  booked: BookedSums,
): StatementReply["movement"] {
  const sums = { ...NOTHING };
  for (const currency of namesOf(opening, closing, booked)) {
    const rate = rateOf(closing, currency);
    if (rate === undefined) continue;
    const fx = rate === "own" ? undefined : rate;
    const moved = bookedIn(booked, currency);
    const unrealised = standing(closing, currency).unrealised - standing(opening, currency).unrealised;
    for (const part of BOOKED) sums[part] += converted(moved[part], fx);
    sums.unrealised += converted(unrealised, fx);
  }
  const brought = broughtIn(closing);
  for (const part of BROUGHT) sums[part] -= brought[part];
  const made = brought.realised + brought.unrealised - brought.fees;
  const put = amount(closing.head.startingEquity) - amount(opening?.head.startingEquity ?? "0");
  const capital = put + made;
  const equity = amount(closing.head.equity) - amount(opening?.head.equity ?? "0");
  const { cash, realised, unrealised, fees, funding } = sums;
  const fx = equity - capital - cash - realised - unrealised + fees - funding;
  return { capital: moneyText(capital), broughtIn: moneyText(made), ...texts(sums), fx: moneyText(fx) };
}

/** Imported between both ends; nothing, of closes of a version that did not tell. */
function broughtIn({ head }: Stood): Amounts {
  const { realised = "0", unrealised = "0", fees = "0" } = head.broughtIn ?? {};
  return { ...NOTHING, realised: amount(realised), unrealised: amount(unrealised), fees: amount(fees) };
}

/** The account's own first. */
function namesOf(opening: Stood | undefined, closing: Stood, booked: BookedSums): string[] {
  const named = [...(opening?.head.currencies ?? []), ...closing.head.currencies];
  const others = new Set([...named.map(({ currency }) => currency), ...booked.keys()]);
  others.delete(closing.head.currency);
  return [closing.head.currency, ...[...others].sort()];
}

function standing(side: Stood | undefined, currency: string): Amounts {
  const found = side?.head.currencies.find((one) => one.currency === currency);
  return found === undefined ? NOTHING : amountsOf(found);
}

function bookedIn(booked: BookedSums, currency: string): Amounts {
  const found = booked.get(currency);
  return found === undefined ? NOTHING : amountsOf({ ...found, unrealised: "0" });
}

/** Undefined where the close knew none: then the currency counts 0 in the account's sums. */
function rateOf({ head }: Stood, currency: string): FxRate | "own" | undefined {
  if (currency === head.currency) return "own";
  const rate = head.rates[currency];
  return rate === undefined ? undefined : { times: BigInt(rate[0]), over: BigInt(rate[1]) };
}

const amountsOf = (of: Readonly<Record<Part, string>>): Amounts => ({
  cash: amount(of.cash),
  realised: amount(of.realised),
  unrealised: amount(of.unrealised),
  fees: amount(of.fees),
  funding: amount(of.funding),
});

const texts = (amounts: Amounts): Record<Part, string> => ({
  cash: moneyText(amounts.cash),
  realised: moneyText(amounts.realised),
  unrealised: moneyText(amounts.unrealised),
  fees: moneyText(amounts.fees),
  funding: moneyText(amounts.funding),
});

const bookedTexts = (of: (part: (typeof BOOKED)[number]) => string): Booked => ({
  cash: of("cash"),
  realised: of("realised"),
  fees: of("fees"),
  funding: of("funding"),
});

function amount(text: string): bigint {
  const parsed = parseMoney(text);
  assert(parsed.ok, "money in Postgres is money of a fact, or a sum of such");
  return parsed.value;
}
