/**
 * Inputs as compact arrays of JSON, and back. Bigints are text. The version comes first, so that old facts stay readable. Each order has
 * some, so the text is put together without the arrays, whose types say what stands where.
 */
import { assert } from "../../src/domain/assert.ts";
import { INSTRUMENT_STATUSES } from "../../src/domain/instrument.ts";
import { CLASS_KINDS } from "../../src/domain/limit.ts";
import { ORDER_TYPES } from "../../src/domain/order.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Classes, Fit, Inputs, InstrumentInputs, OrderInputs, StandingInputs, View } from "./inputs.ts";
import type { FxMark } from "./state.ts";
import type { Quoted } from "./valuation.ts";

const INPUTS_VERSION = 1;

export type EncodedInputs = readonly [
  version: number,
  at: number,
  order: EncodedOrder,
  standing: EncodedStanding,
  instrument: EncodedInstrument | null,
  mark: EncodedMark | null,
  account: EncodedView,
  strategy: EncodedView | null,
  fx?: EncodedFx | null,
  classes?: EncodedClasses | null,
  found?: readonly (readonly string[] | null)[] | null,
  tripped?: readonly number[] | null,
  /** 0: nothing has been heard for too long. */
  quotas?: readonly string[] | 0,
];

/** The text of an `EncodedInputs`. */
export function encodeInputs(inputs: Inputs): string {
  const { at, order, standing, instrument, mark, account, strategy } = inputs;
  const head = `${INPUTS_VERSION},${at},${encodeOrder(order)},${encodeStanding(standing)}`;
  const market = `${instrument === undefined ? null : encodeInstrument(instrument)},${mark === undefined ? null : encodeMark(mark)}`;
  const views = `${encodeView(account)},${strategy === undefined ? null : encodeView(strategy)}`;
  return `[${head},${market},${views}${encodeRest(inputs)}]`;
}

/** What few orders have, as far as the last of it that there is. */
function encodeRest({ fx, classes, found, tripped, quotas }: Inputs): string {
  const ends = tripped === undefined && quotas === undefined;
  if (ends && fx === undefined && classes === undefined && found === undefined) return "";
  let text = `,${fx === undefined ? null : encodeFx(fx)}`;
  if (ends && classes === undefined && found === undefined) return text;
  text += `,${classes === undefined ? null : JSON.stringify(CLASS_KINDS.map((kind) => classes[kind] ?? null))}`;
  if (ends && found === undefined) return text;
  text += `,${found === undefined ? null : encodeFound(found)}`;
  if (ends) return text;
  text += tripped === undefined ? ",null" : `,[${tripped.join(",")}]`;
  return quotas === undefined
    ? text
    : `${text},${quotas === "away" ? 0 : `[${quotas.map(quoted).join(",")}]`}`;
}

const encodeFound = (found: NonNullable<Inputs["found"]>): string =>
  `[${found.map((one) => (one === null ? "null" : `[${one.map(quoted).join(",")}]`)).join(",")}]`;

const quoted = (value: bigint | string): string => `"${value}"`;

export function decodeInputs(encoded: EncodedInputs): Inputs {
  const [version, at, order, standing, instrument, mark, account, strategy, ...rest] = encoded;
  assert(version === INPUTS_VERSION, "inputs of this version are the only ones so far");
  return {
    at,
    order: decodeOrder(order),
    standing: decodeStanding(standing),
    instrument: instrument === null ? undefined : decodeInstrument(instrument),
    mark: mark === null ? undefined : decodeMark(mark),
    account: decodeView(account),
    strategy: strategy === null ? undefined : decodeView(strategy),
    ...decodeRest(rest),
  };
}

type Rest = Pick<Inputs, "fx" | "classes" | "found" | "tripped" | "quotas">;

function decodeRest([fx, classes, found, tripped, quotas]: EncodedRest): Rest {
  return {
    ...(fx == null ? {} : { fx: decodeFx(fx) }),
    ...(classes == null ? {} : { classes: decodeClasses(classes) }),
    ...(found == null ? {} : { found: found.map((one) => one?.map(BigInt) ?? null) }),
    ...(tripped == null ? {} : { tripped }),
    ...(quotas === undefined ? {} : { quotas: quotas === 0 ? "away" : quotas.map(BigInt) }),
  };
}

type EncodedRest = EncodedInputs extends readonly [
  unknown,
  unknown,
  unknown,
  unknown,
  unknown,
  unknown,
  unknown,
  unknown,
  ...infer Others,
]
  ? Others
  : never;

type EncodedClasses = readonly (string | null)[];

const decodeClasses = ([sector, country, currency, issuer]: EncodedClasses): Classes => ({
  sector: sector ?? undefined,
  country: country ?? undefined,
  currency: currency ?? undefined,
  issuer: issuer ?? undefined,
});

type Optional = number | null;

type EncodedOrder = readonly [
  side: 1 | -1,
  type: number,
  qty: number,
  qtyFit: Fit,
  price: Optional,
  stopPrice: Optional,
  priceFit: Fit,
  reduceOnly: number,
];

const encodeOrder = (order: OrderInputs): string =>
  `[${order.side},${ORDER_TYPES.indexOf(order.type)},${order.qty},${order.qtyFit},${order.price ?? null},${order.stopPrice ?? null},${order.priceFit},${Number(order.reduceOnly)}]`;

function decodeOrder(encoded: EncodedOrder): OrderInputs {
  const [side, typeIndex, qty, qtyFit, price, stopPrice, priceFit, reduceOnly] = encoded;
  const type = ORDER_TYPES[typeIndex];
  assert(type !== undefined, "an order type never leaves the list");
  return {
    side,
    type,
    qty,
    qtyFit,
    price: price ?? undefined,
    stopPrice: stopPrice ?? undefined,
    priceFit,
    reduceOnly: reduceOnly === 1,
  };
}

type EncodedStanding = readonly [
  hasRoom: number,
  strategyState: StandingInputs["strategyState"],
  replacing: StandingInputs["replacing"],
  severities: StandingInputs["severities"],
  equity: string,
  unpriced: number,
  symbolWorking: number,
  rates: readonly number[],
  unpricedSymbol?: string | null,
  cutsFlips?: 1,
];

function encodeStanding(standing: StandingInputs): string {
  const { unpricedSymbol, severities, rates, cutsFlips } = standing;
  const states = `${Number(standing.hasRoom)},${standing.strategyState},${standing.replacing},[${severities.join(",")}]`;
  const counts = `${standing.unpriced},${standing.symbolWorking},[${rates.join(",")}]`;
  const name = unpricedSymbol === undefined ? (cutsFlips ? ",null" : "") : `,${quoted(unpricedSymbol)}`;
  return `[${states},${quoted(standing.equity)},${counts}${name}${cutsFlips ? ",1" : ""}]`;
}

function decodeStanding(encoded: EncodedStanding): StandingInputs {
  const [hasRoom, strategyState, replacing, severities, equity, unpriced, symbolWorking, rates, name, cuts] =
    encoded;
  return {
    hasRoom: hasRoom === 1,
    strategyState,
    replacing,
    severities,
    equity: BigInt(equity),
    unpriced,
    ...(name == null ? {} : { unpricedSymbol: name }),
    symbolWorking,
    rates,
    ...(cuts === 1 ? { cutsFlips: true } : {}),
  };
}

type EncodedInstrument = readonly [
  tickSize: number,
  lotSize: number,
  sizeScale: number,
  notionalUnit: string,
  minQty: Optional,
  maxQty: Optional,
  minNotional: string | null,
  status: number,
  sameCurrency: number,
  isInverse?: 1,
];

function encodeInstrument(instrument: InstrumentInputs): string {
  const { tickSize, lotSize, sizeScale, notionalUnit, minQty, maxQty, minNotional } = instrument;
  const sizes = `${tickSize},${lotSize},${sizeScale},${quoted(notionalUnit)}`;
  const ends = `${minQty ?? null},${maxQty ?? null},${minNotional === undefined ? null : quoted(minNotional)}`;
  const kind = instrument.contract === "inverse" ? ",1" : "";
  return `[${sizes},${ends},${INSTRUMENT_STATUSES.indexOf(instrument.status)},${Number(instrument.sameCurrency)}${kind}]`;
}

function decodeInstrument(encoded: EncodedInstrument): InstrumentInputs {
  const [
    tickSize,
    lotSize,
    sizeScale,
    unit,
    minQty,
    maxQty,
    minNotional,
    statusIndex,
    sameCurrency,
    inverse,
  ] = encoded;
  const status = INSTRUMENT_STATUSES[statusIndex];
  assert(status !== undefined, "an instrument status never leaves the list");
  return {
    tickSize,
    lotSize,
    sizeScale,
    notionalUnit: BigInt(unit),
    ...(inverse === undefined ? {} : { contract: "inverse" as const }),
    minQty: minQty ?? undefined,
    maxQty: maxQty ?? undefined,
    minNotional: minNotional === null ? undefined : BigInt(minNotional),
    status,
    sameCurrency: sameCurrency === 1,
  };
}

type EncodedFx = readonly [times: string, over: string, at: number];

const encodeFx = ({ times, over, at }: FxMark): string => `["${times}","${over}",${at}]`;
const decodeFx = ([times, over, at]: EncodedFx): FxMark => ({ times: BigInt(times), over: BigInt(over), at });

type EncodedMark = readonly [
  last: Optional,
  lastTs: Optional,
  bid: Optional,
  ask: Optional,
  quoteTs: Optional,
];

/** A mark is never changed, and many orders are decided on one. */
const MARK_TEXTS = new WeakMap<Quoted, string>();

function encodeMark(mark: Quoted): string {
  const known = MARK_TEXTS.get(mark);
  if (known !== undefined) return known;
  const { last, lastTs, bid, ask, quoteTs } = mark;
  const encoded: EncodedMark = [last ?? null, lastTs ?? null, bid ?? null, ask ?? null, quoteTs ?? null];
  const text = JSON.stringify(encoded);
  MARK_TEXTS.set(mark, text);
  return text;
}

const decodeMark = ([last, lastTs, bid, ask, quoteTs]: EncodedMark): Quoted => ({
  ...(last === null ? {} : { last }),
  ...(lastTs === null ? {} : { lastTs: lastTs as EpochMs }),
  ...(bid === null ? {} : { bid }),
  ...(ask === null ? {} : { ask }),
  ...(quoteTs === null ? {} : { quoteTs: quoteTs as EpochMs }),
});

type EncodedView = readonly [
  pos: string,
  buys: string,
  sells: string,
  restGross: string,
  restHigh: string,
  restLow: string,
  working: number,
];

const encodeView = (view: View): string =>
  `["${view.pos}","${view.buys}","${view.sells}","${view.restGross}","${view.restHigh}","${view.restLow}",${view.working}]`;

const decodeView = ([pos, buys, sells, restGross, restHigh, restLow, working]: EncodedView): View => ({
  pos: BigInt(pos),
  buys: BigInt(buys),
  sells: BigInt(sells),
  restGross: BigInt(restGross),
  restHigh: BigInt(restHigh),
  restLow: BigInt(restLow),
  working,
});
