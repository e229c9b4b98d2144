/** What may be asked of the directory of instruments. */

import { z } from "zod";
import {
  INSTRUMENTS_PER_PUT_MAX,
  type InstrumentLine,
  instrumentLine,
} from "../../src/contracts/instruments.ts";
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";

export type { InstrumentLine, InstrumentReply } from "../../src/contracts/instruments.ts";

export type InstrumentQuery = {
  readonly query?: string | undefined;
  readonly type?: string | undefined;
  readonly exchange?: string | undefined;
  readonly limit: number;
  /** The symbol after which the page begins. */
  readonly after?: string | undefined;
};

/** Items are JSON texts of public instrument objects; `next` is where the page after this one begins. */
export type InstrumentPage = {
  readonly items: readonly string[];
  readonly total: number;
  readonly next?: string;
};

/** In the order of the names: JSON text of the public instrument, or null where a name means none, or several. */
export type NamedInstruments = readonly (string | null)[];

export interface InstrumentDirectoryApi {
  /** `body` is a JSON array of public instrument objects, each with its `symbol`; all or nothing. One alone waits until its symbol has heard, at most 2 s. The reply: JSON array of the stored instruments, in that order. */
  put(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  /** JSON text of the public instrument object. */
  get(envelope: Envelope, symbol: string): Promise<ActorReply<string>>;
  /** For a symbol actor that has not heard of itself yet. From then on it hears each change. */
  lookup(envelope: Envelope, symbol: string): Promise<ActorReply<Instrument>>;
  /** Those of `symbols` that exist. */
  known(envelope: Envelope, symbols: readonly string[]): Promise<ActorReply<readonly string[]>>;
  /** What each name means: a symbol, EXCHANGE:TICKER, or a ticker that nothing else has. */
  named(envelope: Envelope, names: readonly string[]): Promise<ActorReply<NamedInstruments>>;
  /** Every exchange that an instrument is listed at, in order. */
  exchanges(envelope: Envelope): Promise<ActorReply<readonly string[]>>;
  /** JSON text of the public instrument object that `broker:token` means, or null. */
  aliased(envelope: Envelope, alias: string): Promise<ActorReply<string | null>>;
  search(envelope: Envelope, query: InstrumentQuery): Promise<ActorReply<InstrumentPage>>;
}

const lines = z.array(instrumentLine).min(1).max(INSTRUMENTS_PER_PUT_MAX);

export function parsePut(body: string): ActorReply<readonly InstrumentLine[]> {
  const value = parsedJson(body);
  const parsed = lines.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const errors = faultsOf(parsed.error, value);
  return { ok: false, code: requestCodeOf(errors), errors };
}
