/**
 * What a statement should say, worked out from the facts alone and another way: an account stands where the last fact of each of its
 * lines left it, so what was booked in a day is where it stands at the end less where it stood before.
 */
import { expect } from "vitest";
import type { StatementReply } from "../../src/contracts/statements.ts";
import type { Fact, Json } from "../actors/risk-shard/bench.ts";
import type { Marks } from "./statement-walk.ts";

const SCALE = 12;
type Parts = { cash: bigint; realised: bigint; unrealised: bigint; fees: bigint; funding: bigint };
type Line = { symbol: string; qty: bigint; cost: bigint; realised: bigint; fees: bigint; funding: bigint };
const PARTS = ["cash", "realised", "unrealised", "fees", "funding"] as const;
const BOOKED = ["cash", "realised", "fees", "funding"] as const;

/** Decimal text in 10⁻¹². */
export function units(text: string): bigint {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + fraction.padEnd(SCALE, "0"));
  return text.startsWith("-") ? -value : value;
}

export type Terms = {
  readonly currencyOf: Readonly<Record<string, string>>;
  readonly multiplierOf: Readonly<Record<string, string>>;
};

const MOVING = new Set(["execution-booked", "cash-moved", "corporate-action-applied", "adjusted"]);

/** The account after all facts up to and without `before`. */
export class Book {
  readonly lines = new Map<string, Line>();
  readonly cash = new Map<string, bigint>();
  starting = 0n;

  constructor(facts: readonly Fact[], before: number) {
    for (const fact of facts) if (fact.seq < before) this.#take(fact);
  }

  #take({ kind, payload }: Fact): void {
    if (kind === "account-put") this.starting = units(String(payload["equity"]));
    const held = payload["position"] as Json | null | undefined;
    if (!MOVING.has(kind)) return;
    if (held !== null && held !== undefined) {
      const of = (name: string): bigint => units(String(held[name]));
      const symbol = String(held["symbol"]);
      this.lines.set(`${symbol}/${String(held["strategy"])}`, {
        ...{ symbol, qty: of("qty"), cost: of("cost") },
        ...{ realised: of("realised"), fees: of("fees"), funding: of("funding") },
      });
    } else if (kind === "cash-moved") {
      const currency = String(payload["currency"]);
      this.cash.set(currency, (this.cash.get(currency) ?? 0n) + units(String(payload["amount"])));
    }
  }

  in(currency: string, marks: Marks, { currencyOf, multiplierOf }: Terms): Parts {
    const parts = {
      cash: this.cash.get(currency) ?? 0n,
      realised: 0n,
      unrealised: 0n,
      fees: 0n,
      funding: 0n,
    };
    for (const { symbol, qty, cost, realised, fees, funding } of this.lines.values()) {
      if (currencyOf[symbol] !== currency) continue;
      const mark = units(marks[symbol] ?? "0") * units(multiplierOf[symbol] ?? "1");
      const value = (qty * mark) / 10n ** BigInt(2 * SCALE);
      parts.realised += realised;
      parts.fees += fees;
      parts.funding += funding;
      // The cost of what is short is what was got for it.
      if (qty !== 0n) parts.unrealised += qty > 0n ? value - cost : value + cost;
    }
    return parts;
  }
}

/** Ties to even, as every rounding of money is. */
function times(amount: bigint, rate: string): bigint {
  const product = amount * units(rate);
  const one = 10n ** BigInt(SCALE);
  const floor = product >= 0n ? product / one : -((-product + one - 1n) / one);
  const rest = product - floor * one;
  if (rest * 2n < one || (rest * 2n === one && floor % 2n === 0n)) return floor;
  return floor + 1n;
}

export function expectStatement(
  told: StatementReply,
  facts: readonly Fact[],
  closes: readonly Fact[],
  marksOf: (date: string) => Marks,
  terms: Terms,
  entered: Marks,
): void {
  const index = closes.findIndex(({ payload }) => (payload["day"] as Json)["date"] === told.day.date);
  const [close, previous] = [closes[index]!, closes[index - 1]];
  const [after, before] = [new Book(facts, close.seq), new Book(facts, previous?.seq ?? 0)];
  const [marks, marksBefore] = [
    marksOf(told.day.date),
    previous === undefined ? {} : marksOf(String((previous.payload["day"] as Json)["date"])),
  ];
  const rate = (of: Marks, currency: string): string => (currency === "USD" ? "1" : (of["FX:EURUSD"] ?? "0"));
  const equity = { opening: before.starting, closing: after.starting };
  const moved = { cash: 0n, realised: 0n, unrealised: 0n, fees: 0n, funding: 0n };
  const imported = new Book(importedBetween(facts, previous?.seq ?? 0, close.seq), close.seq);
  let brought = 0n;
  for (const currency of ["USD", "EUR"]) {
    const [end, start] = [after.in(currency, marks, terms), before.in(currency, marksBefore, terms)];
    expectCurrency(told, currency, start, end);
    for (const part of PARTS) {
      const sign = part === "fees" ? -1n : 1n;
      equity.closing += sign * times(end[part], rate(marks, currency));
      equity.opening += sign * times(start[part], rate(marksBefore, currency));
      const along = times(imported.in(currency, entered, terms)[part], rate(marks, currency));
      moved[part] += times(end[part] - start[part], rate(marks, currency)) - along;
      brought += sign * along;
    }
  }
  expect(told.reconciles).toBe(true);
  expect(units(told.closing.equity)).toBe(equity.closing);
  if (previous !== undefined) expect(units(told.opening.equity)).toBe(equity.opening);
  for (const part of PARTS)
    expect(units(told.movement[part]), `${told.day.date} ${part} moved`).toBe(moved[part]);
  const { capital, cash, realised, unrealised, fees, funding, fx } = told.movement;
  expect(units(told.movement.broughtIn)).toBe(brought);
  expect(units(capital)).toBe(after.starting - before.starting + brought);
  const sum = [capital, cash, realised, unrealised, funding, fx].reduce((all, text) => all + units(text), 0n);
  expect(units(told.opening.equity) + sum - units(fees)).toBe(units(told.closing.equity));
  expectLists(told, facts, previous?.seq ?? 0, close.seq);
}

/** Opening executions of imports: here each into a line that nothing was booked in before. */
const importedBetween = (facts: readonly Fact[], after: number, before: number): Fact[] =>
  facts.filter(
    ({ seq, payload }) =>
      seq > after &&
      seq < before &&
      payload["opening"] === true &&
      `${payload["execId"]}`.startsWith("import."),
  );

function expectCurrency(told: StatementReply, currency: string, start: Parts, end: Parts): void {
  const row = told.currencies.find((one) => one.currency === currency);
  const label = `${told.day.date} ${currency}`;
  for (const part of PARTS) {
    expect(units(row?.closing[part] ?? "0"), `${label} closing ${part}`).toBe(end[part]);
    expect(units(row?.opening[part] ?? "0"), `${label} opening ${part}`).toBe(start[part]);
  }
  for (const part of BOOKED)
    expect(units(row?.booked[part] ?? "0"), `${label} booked ${part}`).toBe(end[part] - start[part]);
}

function expectLists(told: StatementReply, facts: readonly Fact[], after: number, before: number): void {
  const within = (kind: string) =>
    facts.filter((one) => one.kind === kind && one.seq > after && one.seq < before);
  const executions = within("execution-booked");
  expect(told.executions.map(({ seq, execId }) => [seq, execId])).toEqual(
    executions.map(({ seq, payload }) => [seq, payload["execId"]]),
  );
  expect(told.cash.map(({ seq, id }) => [seq, id])).toEqual(
    within("cash-moved").map(({ seq, payload }) => [seq, payload["id"]]),
  );
  const revised = executions.flatMap(({ seq, payload }) =>
    ((payload["revised"] as Json[] | undefined) ?? []).map(() => seq),
  );
  const adjusted = within("adjusted").flatMap(({ seq, payload }) =>
    (payload["revised"] as Json[]).map(() => seq),
  );
  const all = [...revised, ...adjusted].sort((one, other) => one - other);
  expect(told.adjustments.map(({ seq }) => seq)).toEqual(all);
  const actions = within("corporate-action-applied").flatMap(({ seq, payload }) =>
    (payload["revised"] as Json[]).map(() => seq),
  );
  const paidOut = executions.flatMap(({ seq, payload }) => (payload["funding"] === undefined ? [] : [seq]));
  expect(told.corporateActions.map(({ seq }) => seq)).toEqual(
    [...actions, ...paidOut].sort((one, other) => one - other),
  );
  expect(told.counts).toEqual({
    executions: executions.length,
    cash: told.cash.length,
    corporateActions: told.corporateActions.length,
    adjustments: all.length,
  });
}
