/**
 * What each booking of a line changed and when, by brute force: a line is all that its account booked, in the account's order, as busts
 * and corrections have left it. A busted fill is still a moment, at which nothing changed.
 */
import { abs, floorOf, least, money, type Price, scaled, UNIT } from "./exact.ts";

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
  return inPlace(standing(leg.symbol, bookings)).map(({ booking, at, busted }) => {
    const before = { lots: book.lots, paid: signed(book) };
    const { realised, fee, funding, ratio } = busted ? NOTHING : outcomeOf(leg, book, booking);
    const delta = { qty: book.lots - before.lots, cost: signed(book) - before.paid, realised, fee, funding };
    const { ts } = booking;
    const opening = booking.type === undefined && booking.opening === true;
    return { symbol: leg.symbol, ts, at, opening, ...(ratio === undefined ? {} : { ratio }), delta };
  });
}

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

function outcomeOf(leg: OracleContract, book: Book, booking: Kept): Outcome {
  if (booking.type === "cash") return { ...NOTHING, funding: scaled(booking.funding) };
  if (booking.type === "split") return split(leg, book, booking);
  return { ...NOTHING, realised: fill(leg, book, booking), fee: scaled(booking.fee) };
}

/** Average cost: a close takes its share of the cost, cut to 10⁻¹² downwards; the rest stays. */
function fill(leg: OracleContract, book: Book, { side, qty, price }: OracleFill): bigint {
  const at: Price = { times: scaled(price), over: 1n };
  const size = scaled(qty);
  const closing = book.lots !== 0n && book.lots > 0n === (side === "sell") ? least(size, abs(book.lots)) : 0n;
  const share = floorOf(book.paid * closing, abs(book.lots) || 1n);
  const proceeds = closing === 0n ? 0n : money(leg, closing, at);
  const gain = leg.inverse === true ? share - proceeds : proceeds - share;
  const realised = closing === 0n ? 0n : book.lots > 0n ? gain : -gain;
  const opened = size - closing;
  if (closing === abs(book.lots)) book.paid = 0n;
  else book.paid -= share;
  if (opened !== 0n) book.paid += money(leg, opened, at);
  book.lots += side === "buy" ? size : -size;
  return realised;
}

/** The cost stays. What is finer than one share is paid for; where nothing is left to bear the cost, it is lost. */
function split(leg: OracleContract, book: Book, { from, to, price }: OracleSplit): Outcome {
  const ratio = { from: BigInt(from), to: BigInt(to) };
  const shares = book.lots / UNIT;
  const whole = (shares * ratio.to) / ratio.from;
  const rest = shares * ratio.to - whole * ratio.from;
  const funding = rest === 0n ? 0n : money(leg, rest * UNIT, { times: scaled(price), over: ratio.from });
  const lost = whole === 0n ? -signed(book) : 0n;
  book.lots = whole * UNIT;
  if (whole === 0n) book.paid = 0n;
  return { realised: lost, fee: 0n, funding, ratio };
}

const signed = ({ lots, paid }: Book): bigint => (lots < 0n ? -paid : paid);
