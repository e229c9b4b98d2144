/**
 * Facts of the directory. `instrument-put`: an instrument was made or changed. Its payload is the whole instrument as
 * `src/domain/instrument-codec.ts` writes it: `tickSize`, `minQty` … integers at the instrument's scales, `notionalUnit` and
 * `minNotional` decimal text of an integer of 10⁻¹² of the currency, `expiry` epoch ms, `version` from 1. It goes to the archiver and,
 * where the symbol has asked for it before, to `symbol/<symbol>`.
 */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { decodeInstrument, encodeInstrument } from "../../src/domain/instrument-codec.ts";

export const INSTRUMENT_PUT = "instrument-put";

export type InstrumentPut = { readonly kind: typeof INSTRUMENT_PUT; readonly instrument: Instrument };
/** Local: this symbol's actor wants to hear each change. Not sent to anyone. */
export type InstrumentHeld = { readonly kind: "instrument-held"; readonly symbol: Symbol };
export type DirectoryEvent = InstrumentPut | InstrumentHeld;

export const encodeFact = (fact: InstrumentPut): string => encodeInstrument(fact.instrument);
export const decodeFact = (payload: string): InstrumentPut => ({
  kind: INSTRUMENT_PUT,
  instrument: decodeInstrument(payload),
});
