/**
 * Random operations of money against the oracle, exactly. By default a share of them that takes some seconds; all of a million:
 *
 *     MONEY_OPERATIONS=1000000 npx vitest run --project node test/quant/money/random-operations.test.ts
 */
import { expect, test } from "vitest";
import { decimalText } from "../../../src/domain/decimal.ts";
import { type Money, moneyText } from "../../../src/domain/money.ts";
import {
  averagePriceText,
  FLAT,
  type Position,
  signedCost,
  totalOf,
  unrealisedAt,
} from "../../../src/domain/position.ts";
import { converted, fxRateOf, worthAt } from "../../../src/domain/worth.ts";
import { afterEntry } from "../../../src/quant/money/average.ts";
import type { Entry, HoldingChange, Split } from "../../../src/quant/money/entry.ts";
import { checkpointOf, fold, lotsOf, type Revision, revise } from "../../../src/quant/money/journal.ts";
import { withSplit } from "../../../src/quant/money/splits.ts";
import { randomFrom } from "../../actors/strategy/story.ts";
import { type Fraction, fraction, minus, signed, signOf, textAt } from "./fractions.ts";
import { LineStory, type Random, termsBy } from "./line-walk.ts";
import { inCurrency, type OracleEntry, OracleLine } from "./oracle.ts";

/** What of the million every run of the tests takes: about two seconds. */
const OPERATIONS_BY_DEFAULT = 8_000;
const OPERATIONS = Number(process.env["MONEY_OPERATIONS"] ?? OPERATIONS_BY_DEFAULT);
/** A line that grows further is folded anew too often for a million. */
const ENTRIES_OF_A_LINE = 40;
/** A million take some minutes. */
const TEST_MS_MAX = 1_800_000;

const DECIMALS = 12;
const text = (of: Fraction): string => textAt(of, DECIMALS);

class Line {
  readonly story: LineStory;
  readonly #random: Random;
  entries: readonly Entry[] = [];
  told: readonly OracleEntry[] = [];
  position: Position = FLAT;
  oracle: OracleLine;
  #splits: readonly Split[] = [];
  #latest = 0;

  constructor(random: Random) {
    this.#random = random;
    this.story = new LineStory(termsBy(random), random);
    this.oracle = new OracleLine(this.story.terms.oracle);
  }

  /** Returns how many operations it was. */
  step(): number {
    const isRevision = this.entries.length > 0 && this.#random(12) === 0;
    if (isRevision) this.#revise();
    else this.#book();
    this.#compare();
    if (this.#random(8) === 0) this.#compareLots();
    return 1;
  }

  /** As an account does: a split that comes late is a revision, everything else is one more entry. */
  #book(): void {
    const { entry, told } = this.story.next();
    const { contract } = this.story.terms;
    const isLate = entry.kind === "split" && this.#latest >= entry.ts;
    if (isLate) {
      this.#take({ add: entry }, [...this.told, told]);
    } else {
      const booked = afterEntry(this.position, entry, contract, this.#splits);
      expectSum(this.position, booked.changes, booked.position);
      this.position = booked.position;
      this.oracle.take(
        told,
        this.told.filter((one) => one.kind === "split"),
      );
      this.entries = [...this.entries, entry];
      this.told = [...this.told, told];
    }
    this.#latest = Math.max(this.#latest, entry.ts);
    if (entry.kind === "split") this.#splits = withSplit(this.#splits, entry);
  }

  #revise(): void {
    const at = this.#random(this.entries.length);
    const entry = this.entries[at];
    const told = this.told[at];
    if (entry === undefined || told === undefined) throw new Error("an entry is in both");
    if (told.kind !== "trade" || told.value !== undefined || this.#random(2) === 0) {
      this.#take(
        { bust: entry.id },
        this.told.filter((one) => one !== told),
      );
      this.#splits = this.#splits.filter(({ id }) => id !== entry.id);
      return;
    }
    const { qty, price, fee } = this.story.correction();
    const sign = told.qty.startsWith("-") ? "-" : "";
    const instead = {
      ...told,
      ...{
        qty: sign + this.story.qtyText(BigInt(qty)),
        price: this.story.priceText(price),
        fee: moneyText(fee),
      },
    };
    this.#take(
      { correct: entry.id, qty: BigInt(qty), price, fee },
      this.told.map((one) => (one === told ? instead : one)),
    );
  }

  #take(revision: Revision, told: readonly OracleEntry[]): void {
    const { contract, oracle } = this.story.terms;
    const revised = revise(this.entries, revision, contract);
    if (revised === undefined) throw new Error("the entry is there");
    expectSum(this.position, revised.differences, revised.position);
    this.entries = revised.entries;
    this.position = revised.position;
    this.told = told;
    this.oracle = new OracleLine(oracle, told);
  }

  #compare(): void {
    const { position, oracle, story } = this;
    const { contract, priceScale } = story.terms;
    const doubled = story.doubledMark();
    const worth = worthAt(contract, doubled);
    if (worth === undefined) throw new Error("marks are above zero");
    const unrealised = unrealisedAt(position, worth, contract);
    const mark = decimalText(doubled, priceScale);
    const total = totalOf(position, unrealised);
    expect([...textsOf(position, story), ...[unrealised, total].map(moneyText)]).toEqual([
      ...oracleTexts(oracle, story),
      ...[oracle.unrealised(mark), oracle.total(mark)].map(text),
    ]);
    expect(averagePriceText(position, { ...contract, priceScale })).toBe(oracle.average());
    this.#compareIdentity();
    this.#compareRates(total, oracle.total(mark));
  }

  /** What was realised is what was got, but for what is still held: nothing is lost in any division. */
  #compareIdentity(): void {
    const { oracle, position } = this;
    const cost = fraction(moneyText(signedCost(position) as Money));
    const direction = this.story.terms.oracle.inverse ? -1n : 1n;
    const got = minus(oracle.realised, oracle.brought);
    expect(text(got)).toBe(text(signed(direction, minus(cost, oracle.paid))));
  }

  #compareRates(amount: Money, told: Fraction): void {
    const doubled = 1 + this.#random(40_000);
    const decimals = this.#random(6);
    const price = fraction(decimalText(doubled * 5, decimals + 1));
    const inverse: Fraction = [price[1], price[0]];
    expect([
      moneyText(converted(amount, fxRateOf(doubled, decimals, "multiply"))),
      moneyText(converted(amount, fxRateOf(doubled, decimals, "divide"))),
    ]).toEqual([inCurrency(told, price), inCurrency(told, inverse)].map(text));
  }

  #compareLots(): void {
    const { contract } = this.story.terms;
    const at = this.#random(this.entries.length + 1);
    expect(fold(this.entries, contract).position).toEqual(this.position);
    const hasSplit = this.entries.some(({ kind }) => kind === "split");
    const from = hasSplit ? undefined : checkpointOf(this.entries.slice(0, at), contract);
    const rest = hasSplit ? this.entries : this.entries.slice(at);
    expect(fold(rest, contract, from).position).toEqual(this.position);
    for (const method of ["fifo", "lifo"] as const) {
      const ours = lotsOf(this.entries, method, contract);
      const { realised, open } = this.oracle.lots[method];
      expect(ours?.lots.map(({ qty, cost }) => [this.story.qtyText(qty), moneyText(cost as Money)])).toEqual(
        open.map(({ size, cost }) => {
          const side = signOf(this.oracle.held);
          return [text(signed(side, size)), text(signed(side, cost))];
        }),
      );
      expect(moneyText((ours?.realised ?? 0n) as Money)).toBe(text(realised));
      expect(lotsOf(rest, method, contract, from)?.realised).toBe(ours?.realised);
      this.#compareTotals(ours?.lots ?? [], ours?.realised ?? 0n);
    }
  }

  /** Realised − cost is the same by every method, and with it the total at every mark. */
  #compareTotals(lots: readonly { readonly cost: bigint }[], realised: bigint): void {
    const cost = lots.reduce((sum, lot) => sum + lot.cost, 0n);
    const direction = this.story.terms.oracle.inverse ? -1n : 1n;
    expect(realised - direction * cost).toBe(this.position.realised - direction * signedCost(this.position));
  }
}

const textsOf = ({ qty, cost, realised, fees, funding }: Position, story: LineStory): string[] => [
  story.qtyText(qty),
  ...[cost, realised, fees, funding].map(moneyText),
];
const oracleTexts = ({ held, cost, realised, fees, funding }: OracleLine, story: LineStory): string[] => [
  textAt(held, story.terms.sizeScale),
  ...[cost, realised, fees, funding].map(text),
];

/** Changes add up to what stands after them. */
function expectSum(before: Position, changes: readonly HoldingChange[], after: Position): void {
  const sum = (of: (change: HoldingChange) => bigint) =>
    changes.reduce((total, change) => total + of(change), 0n);
  expect([
    before.qty + sum(({ qty }) => qty),
    signedCost(before) + sum(({ cost }) => cost),
    before.realised + sum(({ realised }) => realised),
    before.fees + sum(({ fees }) => fees),
    before.funding + sum(({ funding }) => funding),
  ]).toEqual([after.qty, signedCost(after), after.realised, after.fees, after.funding]);
}

test(
  `${OPERATIONS} random operations of money are exactly the oracle's`,
  () => {
    const random = randomFrom(20_261_122);
    let operations = 0;
    while (operations < OPERATIONS) {
      const line = new Line(random);
      while (line.entries.length < ENTRIES_OF_A_LINE && operations < OPERATIONS) operations += line.step();
    }
    expect(operations).toBe(OPERATIONS);
  },
  TEST_MS_MAX,
);
