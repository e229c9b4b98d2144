/** Instruments as the public API shows them. */
import { decimalText } from "../../src/domain/decimal.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { moneyText } from "../../src/domain/money.ts";
import type { InstrumentReply } from "./messages.ts";

export function publicInstrument(instrument: Instrument): InstrumentReply {
  const {
    priceScale,
    sizeScale,
    notionalUnit: _,
    minQty,
    maxQty,
    minNotional,
    factors,
    ...shown
  } = instrument;
  return {
    ...shown,
    priceScale,
    sizeScale,
    tickSize: decimalText(instrument.tickSize, priceScale),
    lotSize: decimalText(instrument.lotSize, sizeScale),
    ...(minQty === undefined ? {} : { minQty: decimalText(minQty, sizeScale) }),
    ...(maxQty === undefined ? {} : { maxQty: decimalText(maxQty, sizeScale) }),
    ...(minNotional === undefined ? {} : { minNotional: moneyText(minNotional) }),
    ...(factors === undefined ? {} : { factors: { ...factors } }),
  };
}

export const publicText = (instrument: Instrument): string => JSON.stringify(publicInstrument(instrument));

export const publicTextOrNull = (instrument: Instrument | undefined): string | null =>
  instrument === undefined ? null : publicText(instrument);
