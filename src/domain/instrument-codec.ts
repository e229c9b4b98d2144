/** Instruments as text, for storage, facts and calls between actors: JSON, with bigints as decimal text. The one place that knows. */
import { assert } from "./assert.ts";
import { isSymbol } from "./ids.ts";
import type { Instrument } from "./instrument.ts";
import { money } from "./money.ts";

export function encodeInstrument(instrument: Instrument): string {
  const { notionalUnit, minNotional, ...plain } = instrument;
  return JSON.stringify({
    ...plain,
    notionalUnit: String(notionalUnit),
    ...(minNotional === undefined ? {} : { minNotional: String(minNotional) }),
  });
}

/** What `encodeInstrument` wrote. Text from anywhere else is a broken promise, not bad input. */
export function decodeInstrument(text: string): Instrument {
  // SAFETY: only `encodeInstrument` makes this text; what would poison arithmetic or names is asserted below.
  const encoded = JSON.parse(text) as Encoded;
  assert(isSymbol(encoded.symbol), "an encoded instrument has a symbol");
  assert(Number.isSafeInteger(encoded.version), "an encoded instrument has a version");
  assert(Number.isSafeInteger(encoded.tickSize) && encoded.tickSize > 0, "a tick is positive");
  assert(Number.isSafeInteger(encoded.lotSize) && encoded.lotSize > 0, "a lot is positive");
  const { notionalUnit, minNotional, ...plain } = encoded;
  return {
    ...plain,
    notionalUnit: BigInt(notionalUnit),
    ...(minNotional === undefined ? {} : { minNotional: money(BigInt(minNotional)) }),
  };
}

type Encoded = Omit<Instrument, "notionalUnit" | "minNotional"> & {
  readonly notionalUnit: string;
  readonly minNotional?: string;
};
