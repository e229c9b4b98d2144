/**
 * Mark-to-market candles by brute force, from the public definition alone: every change of a last price and every fill, each with its time,
 * in public decimals. At each of them the whole past is walked again; nothing is remembered, nothing of the product is used.
 *
 * A change counts at its own time, and never before the change of that symbol ahead of it. What an average-cost fill changes is worked out in
 * the account's order and counts at the fill's own time. At the same millisecond prices count before fills, then by symbol, then in order.
 */
export type OracleLeg = {
  readonly symbol: string;
  readonly multiplier: string;
  /** Its price before the first change. */
  readonly startPrice?: { readonly price: string; readonly ts: number };
};
export type OracleChange = { readonly symbol: string; readonly ts: number; readonly price: string };
export type OracleFill = {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly qty: string;
  readonly price: string;
  readonly fee: string;
  readonly ts: number;
  /** A leg that was held when the strategy was opened: there from the start. */
  readonly opening?: boolean;
};

export type OracleCandle = {
  readonly t: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly realised: string;
  readonly unrealised: string;
  readonly fees: string;
  readonly grossExposure: string;
  readonly tickCount: number;
  readonly staleLegs: readonly string[];
  readonly missingLegs: readonly string[];
};

type Delta = {
  readonly symbol: string;
  readonly ts: number;
  readonly qty: bigint;
  readonly cost: bigint;
  readonly realised: bigint;
  readonly fee: bigint;
};
type Happening = {
  readonly ts: number;
  readonly rank: number;
  readonly symbol: string;
  readonly at: number;
  readonly price?: bigint;
  readonly delta?: Delta;
};

const MINUTE = 60_000;
/** Money has 12 decimals; quantities and prices are carried with 12 as well, their product is cut back exactly. */
const UNIT = 10n ** 12n;

export function m2mByBruteForce(
  legs: readonly OracleLeg[],
  changes: readonly OracleChange[],
  fills: readonly OracleFill[],
): OracleCandle[] {
  const deltas = deltasOf(legs, fills);
  const held = deltas.filter((_, index) => fills[index]?.opening === true);
  const happenings: Happening[] = [
    ...pricesInOrder(legs, changes),
    ...deltas
      .filter((_, index) => fills[index]?.opening !== true)
      .map((delta, at) => ({ ts: delta.ts, rank: 1, symbol: delta.symbol, at, delta })),
  ].sort(
    (a, b) =>
      a.ts - b.ts || a.rank - b.rank || (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : a.at - b.at),
  );

  const candles: OracleCandle[] = [];
  let open = 0n;
  for (const [start, inMinute] of Map.groupBy(happenings, ({ ts }) => Math.floor(ts / MINUTE) * MINUTE)) {
    const before = happenings.indexOf(inMinute[0] as Happening);
    const states = inMinute.map((_, index) =>
      stateAfter(legs, held, happenings.slice(0, before + index + 1)),
    );
    const totals = states.map((state) => state.total);
    const last = states.at(-1) as ReturnType<typeof stateAfter>;
    candles.push({
      t: start,
      open: text(open),
      high: text([open, ...totals].reduce((a, b) => (b > a ? b : a))),
      low: text([open, ...totals].reduce((a, b) => (b < a ? b : a))),
      close: text(last.total),
      realised: text(last.realised),
      unrealised: text(last.unrealised),
      fees: text(last.fees),
      grossExposure: text(last.gross),
      tickCount: inMinute.filter(({ price }) => price !== undefined).length,
      staleLegs: last.pricedAt.filter(([, ts]) => start + MINUTE - ts > 60_000).map(([symbol]) => symbol),
      missingLegs: last.missing,
    });
    open = last.total;
  }
  return candles;
}

/** A change never counts before the change of the same symbol ahead of it. */
function pricesInOrder(legs: readonly OracleLeg[], changes: readonly OracleChange[]): Happening[] {
  const newest = new Map(legs.map(({ symbol, startPrice }) => [symbol, startPrice?.ts ?? 0]));
  return changes.map(({ symbol, ts, price }, at) => {
    const counted = Math.max(ts, newest.get(symbol) ?? 0);
    newest.set(symbol, counted);
    return { ts: counted, rank: 0, symbol, at, price: scaled(price) };
  });
}

/** Average cost, fill by fill in the account's order: a close takes its share of the cost, cut to 10⁻¹² downwards; the rest stays. */
function deltasOf(legs: readonly OracleLeg[], fills: readonly OracleFill[]): Delta[] {
  const books = new Map(legs.map(({ symbol }) => [symbol, { lots: 0n, paid: 0n }]));
  return fills.map(({ symbol, side, qty, price, fee, ts }) => {
    const book = books.get(symbol) as { lots: bigint; paid: bigint };
    const before = { lots: book.lots, paid: signed(book) };
    const size = scaled(qty);
    const closing =
      book.lots !== 0n && book.lots > 0n === (side === "sell") ? least(size, abs(book.lots)) : 0n;
    const share = floorOf(book.paid * closing, abs(book.lots) || 1n);
    const proceeds = money(closing, scaled(price), multiplierOf(legs, symbol));
    const realised = closing === 0n ? 0n : book.lots > 0n ? proceeds - share : share - proceeds;
    const opened = size - closing;
    const direction = side === "buy" ? 1n : -1n;
    if (closing === abs(book.lots)) book.paid = 0n;
    else book.paid -= share;
    book.paid += money(opened, scaled(price), multiplierOf(legs, symbol));
    book.lots += direction * size;
    return {
      symbol,
      ts,
      qty: direction * size,
      cost: signed(book) - before.paid,
      realised,
      fee: scaled(fee),
    };
  });
}

function stateAfter(legs: readonly OracleLeg[], held: readonly Delta[], past: readonly Happening[]) {
  let realised = 0n;
  let unrealised = 0n;
  let fees = 0n;
  let gross = 0n;
  const pricedAt: [string, number][] = [];
  const missing: string[] = [];
  for (const { symbol, multiplier, startPrice } of [...legs].sort((a, b) => (a.symbol < b.symbol ? -1 : 1))) {
    const mine = past.filter((happening) => happening.symbol === symbol);
    const deltas = [
      ...held.filter((delta) => delta.symbol === symbol),
      ...mine.flatMap(({ delta }) => delta ?? []),
    ];
    const lots = sum(deltas.map(({ qty }) => qty));
    realised += sum(deltas.map((delta) => delta.realised));
    fees += sum(deltas.map(({ fee }) => fee));
    const change = mine.findLast(({ price }) => price !== undefined);
    const price = change?.price ?? (startPrice === undefined ? undefined : scaled(startPrice.price));
    if (lots !== 0n && price === undefined) missing.push(symbol);
    if (price === undefined) continue;
    const value = money(lots, price, scaled(multiplier));
    unrealised += value - sum(deltas.map(({ cost }) => cost));
    gross += abs(value);
    if (lots !== 0n) pricedAt.push([symbol, change?.ts ?? startPrice?.ts ?? 0]);
  }
  return { total: realised + unrealised - fees, realised, unrealised, fees, gross, pricedAt, missing };
}

const signed = ({ lots, paid }: { lots: bigint; paid: bigint }): bigint => (lots < 0n ? -paid : paid);
const multiplierOf = (legs: readonly OracleLeg[], symbol: string): bigint =>
  scaled(legs.find((leg) => leg.symbol === symbol)?.multiplier ?? "1");

/** size × price × multiplier: 36 decimals, of which the last 24 are 0 for whatever the public contract admits. */
function money(size: bigint, price: bigint, multiplier: bigint): bigint {
  const product = size * price * multiplier;
  if (product % (UNIT * UNIT) !== 0n) throw new Error("finer than 10⁻¹² of the currency");
  return product / (UNIT * UNIT);
}

function scaled(decimal: string): bigint {
  const [, sign, whole, fraction] = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(decimal) ?? [];
  if (whole === undefined) throw new Error(`not a decimal: ${decimal}`);
  const magnitude = BigInt(whole) * UNIT + BigInt((fraction ?? "").padEnd(12, "0"));
  return sign === "-" ? -magnitude : magnitude;
}

function text(amount: bigint): string {
  const digits = abs(amount).toString().padStart(13, "0");
  const fraction = digits.slice(-12).replace(/0+$/, "");
  return `${amount < 0n ? "-" : ""}${digits.slice(0, -12)}${fraction === "" ? "" : `.${fraction}`}`;
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
const abs = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const floorOf = (a: bigint, b: bigint): bigint => (a % b !== 0n && a < 0n ? a / b - 1n : a / b);
