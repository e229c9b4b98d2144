/**
 * What each booking of a line changed and when, by brute force: a line is all that its account booked, in the account's order, as busts
 * and corrections have left it. A busted fill is still a moment, at which nothing changed.
 */
import { abs, floorOf, least, money, type Price, scaled, sum, UNIT } from "./exact.ts";

export type OracleContract = { readonly multiplier: string; readonly inverse?: boolean };
export type OracleFill = {
  readonly type?: "fill";
  readonly id?: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly qty: string;
  readonly price: string;
  readonly fee: string;
  readonly ts: number;
  /** A leg that was held when the strategy was opened: there from the start. */
  readonly opening?: boolean;
};
export type OracleBust = { readonly type: "bust"; readonly ref: string };
export type OracleCorrect = {
  readonly type: "correct";
  readonly ref: string;
  readonly qty?: string;
  readonly price?: string;
  readonly fee?: string;
};
/** Received where above zero. */
export type OracleCash = {
  readonly type: "cash";
  readonly id: string;
  readonly symbol: string;
  readonly funding: string;
  readonly ts: number;
};
/** `from` become `to`; what is finer than a whole share is paid at `price`. */
export type OracleSplit = {
  readonly type: "split";
  readonly id: string;
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
  readonly price: string;
  readonly ts: number;
};
export type OracleBooking = OracleFill | OracleBust | OracleCorrect | OracleCash | OracleSplit;

export type Delta = {
  readonly qty: bigint;
  readonly cost: bigint;
  readonly realised: bigint;
  readonly fee: bigint;
  readonly funding: bigint;
};
export type Booked = {
  readonly symbol: string;
  readonly ts: number;
  /** In the account's order. */
  readonly at: number;
  readonly opening: boolean;
  readonly ratio?: { readonly from: bigint; readonly to: bigint };
  readonly delta: Delta;
};

type Kept = OracleFill | OracleCash | OracleSplit;
type Book = { lots: bigint; paid: bigint };

export function bookedBy(
  leg: OracleContract & { readonly symbol: string },
  bookings: readonly OracleBooking[],
): Booked[] {
  const book: Book = { lots: 0n, paid: 0n };
  const splits: OracleSplit[] = [];
  const steps: Step[] = [];
  const booked = inPlace(standing(leg.symbol, bookings)).map(({ booking, at, busted }) => {
    const before = { lots: book.lots, paid: signed(book) };
    const since = busted || booking.type !== undefined ? [] : stepsOf(leg, booking, splits);
    steps.push(...since);
    const { realised, fee, funding, ratio } = busted ? NOTHING : outcomeOf(leg, book, booking, since);
    if (booking.type === "split") splits.push(booking);
    const later = sum(since.map(({ qty }) => qty));
    const qty = book.lots - before.lots - later;
    const delta = { qty, cost: signed(book) - before.paid, realised, fee, funding };
    const { ts, id } = booking;
    const opening = booking.type === undefined && booking.opening === true;
    return { symbol: leg.symbol, id, ts, at, opening, ...(ratio === undefined ? {} : { ratio }), delta };
  });
  return booked.map(({ id, ...one }) => ({
    ...one,
    delta: withSteps(
      one.delta,
      steps.filter(({ split }) => split === id),
    ),
  }));
}

/** What a split made of a fill that was booked behind it and is of before it: a part of the split. */
type Step = { readonly split: string; readonly qty: bigint; readonly funding: bigint };

function stepsOf(leg: OracleContract, { side, qty, ts }: OracleFill, splits: readonly OracleSplit[]): Step[] {
  let shares = (side === "buy" ? scaled(qty) : -scaled(qty)) / UNIT;
  const later = splits.filter((split) => split.ts > ts).sort((a, b) => a.ts - b.ts);
  return later.map((split) => {
    const { whole, funding } = inNewShares(leg, shares, split);
    const step = { split: split.id, qty: (whole - shares) * UNIT, funding };
    shares = whole;
    return step;
  });
}

const withSteps = (delta: Delta, steps: readonly Step[]): Delta => ({
  ...delta,
  qty: delta.qty + sum(steps.map(({ qty }) => qty)),
  funding: delta.funding + sum(steps.map(({ funding }) => funding)),
});

type Standing = { readonly booking: Kept; readonly at: number; readonly busted: boolean };
type Outcome = Pick<Delta, "realised" | "fee" | "funding"> & Pick<Booked, "ratio">;
const NOTHING: Outcome = { realised: 0n, fee: 0n, funding: 0n };

/** As busts and corrections have left them. */
function standing(symbol: string, bookings: readonly OracleBooking[]): Standing[] {
  return bookings.flatMap((booking, at) => {
    if (booking.type === "bust" || booking.type === "correct" || booking.symbol !== symbol) return [];
    const since = bookings.flatMap((one) =>
      (one.type === "bust" || one.type === "correct") && one.ref === booking.id ? [one] : [],
    );
    const busted = since.some(({ type }) => type === "bust");
    const changes = since.map(({ type: _type, ref: _ref, ...change }) => change);
    const corrected: Kept = Object.assign({}, booking, ...changes);
    return [{ booking: corrected, at, busted }];
  });
}

/** A split stands before whatever of the line was booked ahead of it and is of its moment or later. */
function inPlace(all: readonly Standing[]): Standing[] {
  const order: Standing[] = [];
  for (const one of all) {
    const first = order.findIndex(({ booking }) => booking.ts >= one.booking.ts);
    if (one.booking.type === "split" && first >= 0) order.splice(first, 0, one);
    else order.push(one);
  }
  return order;
}

function outcomeOf(leg: OracleContract, book: Book, booking: Kept, steps: readonly Step[]): Outcome {
  if (booking.type === "cash") return { ...NOTHING, funding: scaled(booking.funding) };
  if (booking.type === "split") return split(leg, book, booking);
  const { side, qty, price } = booking;
  const value = money(leg, scaled(qty), { times: scaled(price), over: 1n });
  const gained = sum(steps.map((step) => step.qty));
  const size = scaled(qty) + (side === "buy" ? gained : -gained);
  const restated = steps.length === 0 ? undefined : value;
  // A split has left nothing of it that could bear what it cost.
  const realised =
    size === 0n
      ? side === "buy"
        ? -value
        : value
      : fill(leg, book, { side, size, price: scaled(price), value: restated });
  return { ...NOTHING, realised, fee: scaled(booking.fee) };
}

type Trade = {
  readonly side: "buy" | "sell";
  readonly size: bigint;
  readonly price: bigint;
  /** Where no price says what it is worth. */
  readonly value: bigint | undefined;
};

/** Average cost: a close takes its share of the cost, cut to 10⁻¹² downwards; the rest stays. */
function fill(leg: OracleContract, book: Book, trade: Trade): bigint {
  const { side, size } = trade;
  const held = abs(book.lots);
  const isClosing = book.lots !== 0n && book.lots > 0n === (side === "sell");
  const closing = isClosing ? least(size, held) : 0n;
  const { proceeds, spent } = worthOf(leg, trade, closing);
  const share = floorOf(book.paid * closing, held || 1n);
  const gain = leg.inverse === true ? share - proceeds : proceeds - share;
  const realised = book.lots > 0n ? gain : -gain;
  book.paid = (closing === held ? 0n : book.paid - share) + spent;
  book.lots += side === "buy" ? size : -size;
  return realised;
}

/** What the part that closes is worth, and the part that opens: each rounded for itself. */
function worthOf(leg: OracleContract, { size, price, value }: Trade, closing: bigint) {
  if (value !== undefined) {
    const proceeds = floorOf(value * closing, size);
    return { proceeds, spent: value - proceeds };
  }
  const at: Price = { times: price, over: 1n };
  return { proceeds: money(leg, closing, at), spent: money(leg, size - closing, at) };
}

/** The cost stays. What is finer than one share is paid for; where nothing is left to bear the cost, it is lost. */
function split(leg: OracleContract, book: Book, booking: OracleSplit): Outcome {
  const { whole, funding } = inNewShares(leg, book.lots / UNIT, booking);
  const lost = whole === 0n ? -signed(book) : 0n;
  book.lots = whole * UNIT;
  if (whole === 0n) book.paid = 0n;
  return { realised: lost, fee: 0n, funding, ratio: { from: BigInt(booking.from), to: BigInt(booking.to) } };
}

function inNewShares(leg: OracleContract, shares: bigint, { from, to, price }: OracleSplit) {
  const whole = (shares * BigInt(to)) / BigInt(from);
  const rest = shares * BigInt(to) - whole * BigInt(from);
  const funding = rest === 0n ? 0n : money(leg, rest * UNIT, { times: scaled(price), over: BigInt(from) });
  return { whole, funding };
}

const signed = ({ lots, paid }: Book): bigint => (lots < 0n ? -paid : paid);
