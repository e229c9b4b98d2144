/** Inputs as compact arrays of JSON, and back. Bigints are text. The version comes first, so that old facts stay readable. */
import { assert } from "../../src/domain/assert.ts";
import { INSTRUMENT_STATUSES } from "../../src/domain/instrument.ts";
import { ORDER_TYPES } from "../../src/domain/order.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Fit, Inputs, InstrumentInputs, OrderInputs, StandingInputs, View } from "./inputs.ts";
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
];

export const encodeInputs = (inputs: Inputs): EncodedInputs => [
  INPUTS_VERSION,
  inputs.at,
  encodeOrder(inputs.order),
  encodeStanding(inputs.standing),
  inputs.instrument === undefined ? null : encodeInstrument(inputs.instrument),
  inputs.mark === undefined ? null : encodeMark(inputs.mark),
  encodeView(inputs.account),
  inputs.strategy === undefined ? null : encodeView(inputs.strategy),
];

export function decodeInputs(encoded: EncodedInputs): Inputs {
  const [version, at, order, standing, instrument, mark, account, strategy] = encoded;
  assert(version === INPUTS_VERSION, "inputs of this version are the only ones so far");
  return {
    at,
    order: decodeOrder(order),
    standing: decodeStanding(standing),
    instrument: instrument === null ? undefined : decodeInstrument(instrument),
    mark: mark === null ? undefined : decodeMark(mark),
    account: decodeView(account),
    strategy: strategy === null ? undefined : decodeView(strategy),
  };
}

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

const encodeOrder = (order: OrderInputs): EncodedOrder => [
  order.side,
  ORDER_TYPES.indexOf(order.type),
  order.qty,
  order.qtyFit,
  order.price ?? null,
  order.stopPrice ?? null,
  order.priceFit,
  Number(order.reduceOnly),
];

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
  unpricedSymbol?: string,
];

function encodeStanding(standing: StandingInputs): EncodedStanding {
  const { unpricedSymbol } = standing;
  const encoded = [
    Number(standing.hasRoom),
    standing.strategyState,
    standing.replacing,
    standing.severities,
    String(standing.equity),
    standing.unpriced,
    standing.symbolWorking,
    standing.rates,
  ] as const;
  return unpricedSymbol === undefined ? encoded : [...encoded, unpricedSymbol];
}

function decodeStanding(encoded: EncodedStanding): StandingInputs {
  const [hasRoom, strategyState, replacing, severities, equity, unpriced, symbolWorking, rates, name] =
    encoded;
  return {
    hasRoom: hasRoom === 1,
    strategyState,
    replacing,
    severities,
    equity: BigInt(equity),
    unpriced,
    ...(name === undefined ? {} : { unpricedSymbol: name }),
    symbolWorking,
    rates,
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
];

const encodeInstrument = (instrument: InstrumentInputs): EncodedInstrument => [
  instrument.tickSize,
  instrument.lotSize,
  instrument.sizeScale,
  String(instrument.notionalUnit),
  instrument.minQty ?? null,
  instrument.maxQty ?? null,
  instrument.minNotional === undefined ? null : String(instrument.minNotional),
  INSTRUMENT_STATUSES.indexOf(instrument.status),
  Number(instrument.sameCurrency),
];

function decodeInstrument(encoded: EncodedInstrument): InstrumentInputs {
  const [tickSize, lotSize, sizeScale, unit, minQty, maxQty, minNotional, statusIndex, sameCurrency] =
    encoded;
  const status = INSTRUMENT_STATUSES[statusIndex];
  assert(status !== undefined, "an instrument status never leaves the list");
  return {
    tickSize,
    lotSize,
    sizeScale,
    notionalUnit: BigInt(unit),
    minQty: minQty ?? undefined,
    maxQty: maxQty ?? undefined,
    minNotional: minNotional === null ? undefined : BigInt(minNotional),
    status,
    sameCurrency: sameCurrency === 1,
  };
}

type EncodedMark = readonly [
  last: Optional,
  lastTs: Optional,
  bid: Optional,
  ask: Optional,
  quoteTs: Optional,
];

const encodeMark = ({ last, lastTs, bid, ask, quoteTs }: Quoted): EncodedMark => [
  last ?? null,
  lastTs ?? null,
  bid ?? null,
  ask ?? null,
  quoteTs ?? null,
];

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

const encodeView = (view: View): EncodedView => [
  String(view.pos),
  String(view.buys),
  String(view.sells),
  String(view.restGross),
  String(view.restHigh),
  String(view.restLow),
  view.working,
];

const decodeView = ([pos, buys, sells, restGross, restHigh, restLow, working]: EncodedView): View => ({
  pos: BigInt(pos),
  buys: BigInt(buys),
  sells: BigInt(sells),
  restGross: BigInt(restGross),
  restHigh: BigInt(restHigh),
  restLow: BigInt(restLow),
  working,
});
