/** What may be asked of the directory of instruments. */
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";

export type InstrumentQuery = {
  readonly query?: string;
  readonly type?: string;
  readonly exchange?: string;
  readonly limit: number;
  /** The symbol after which the page begins. */
  readonly after?: string;
};

export interface InstrumentDirectoryApi {
  /** `body` is a JSON array of public instrument objects, each with its `symbol`; all or nothing. Waits until the symbols have heard, at most 2 s. The reply: JSON text of the stored instruments. */
  put(envelope: Envelope, body: string): Promise<ActorReply<string>>;
  /** JSON text of the public instrument object. */
  get(envelope: Envelope, symbol: string): Promise<ActorReply<string>>;
  /** For a symbol actor that has not heard of itself yet. */
  lookup(envelope: Envelope, symbol: string): Promise<ActorReply<Instrument>>;
  /** Those of `symbols` that exist. */
  known(envelope: Envelope, symbols: readonly string[]): Promise<ActorReply<readonly string[]>>;
  /** JSON text of `{items, total}` plus where the next page begins. */
  search(envelope: Envelope, query: InstrumentQuery): Promise<ActorReply<{ items: string; total: number; next?: string }>>;
}
