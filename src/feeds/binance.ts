/**
 * Binance stream frames, live or recorded, to ticks: `trade`, best bid and ask (`bookTicker`), depth changes.
 * Combined frames `{"stream","data"}` and bare ones are the same. https://developers.binance.com/docs/binance-spot-api-docs
 */
import { isEpochMs } from "../domain/time.ts";
import { type FeedAdapter, opened } from "./adapter.ts";
import { DepthHeard, decimalOf, levelsOf, snapshotTick } from "./binance-depth.ts";
import { asInteger, asObject, type JsonObject, jsonObject } from "./json.ts";
import { recordedFrame } from "./recorded.ts";
import type { FeedTick, TapeEntry, TapeParser } from "./tick.ts";

export const BINANCE_VENUE = "BINANCE";

export const binance: FeedAdapter = {
  format: "binance",
  begins: (line) => {
    const { frame, receivedAt } = recordedFrame(line);
    const object = jsonObject(frame);
    if (object === undefined) return false;
    return isStreamFrame(object) || (receivedAt !== undefined && object["type"] === undefined);
  },
  open: () => opened(binanceTape()),
};

const isStreamFrame = (frame: JsonObject): boolean =>
  frame["stream"] !== undefined || frame["e"] !== undefined;

export function binanceTape(): TapeParser {
  const stream = binanceStream();
  return (line) => {
    const { frame, receivedAt } = recordedFrame(line);
    return stream(frame, receivedAt);
  };
}

/** What the venue sends some minutes before it cuts a connection; it makes no tick. */
export const SHUTDOWN_NOTICE = "serverShutdown";

/** What the venue's clock said when ours said `heardAt`. */
export type VenueTime = { readonly at: number; readonly heardAt: number };
type FrameParser = (frame: string, receivedAt: number | undefined) => TapeEntry;

/** A recording: frames in the order of their arrival, each with the recorder's clock where it is known. */
export const binanceStream = (): FrameParser => parserBy(new StreamClock(false));

/** The clock of a live feed is our own and steady: it tells how long the venue has been silent, and never what time it is. */
export function binanceLive(venueTime?: VenueTime): FrameParser {
  const clock = new StreamClock(true);
  clock.heard(venueTime?.at, venueTime?.heardAt);
  return parserBy(clock);
}

function parserBy(clock: StreamClock): FrameParser {
  const depths = new DepthHeard();
  return (frame, receivedAt) => {
    const outer = jsonObject(frame);
    if (outer === undefined) return { kind: "malformed", why: "not a JSON object" };
    const message = asObject(outer["data"]) ?? outer;
    const parsed = messageEntry(message, { clock, depths, receivedAt });
    clock.heard(asInteger(message["E"]), receivedAt);
    return receivedAt === undefined || parsed.kind === "malformed" ? parsed : { ...parsed, receivedAt };
  };
}

/**
 * The venue's time as the stream tells it. A spot `bookTicker` carries no time, and the receiver's clock may be off by
 * seconds: such a quote takes the newest event time heard so far, so that it is never ahead of the trades around it. In
 * a live feed the time since that event is added, else a quote of a quiet market would be stale before it is taken.
 */
class StreamClock {
  readonly #runs: boolean;
  #newest: number | undefined;
  #heardAt: number | undefined;
  readonly #quoted = new Map<string, number>();

  constructor(runs: boolean) {
    this.#runs = runs;
  }

  heard(eventAt: number | undefined, receivedAt: number | undefined): void {
    if (eventAt === undefined || eventAt <= (this.#newest ?? 0)) return;
    this.#newest = eventAt;
    this.#heardAt = receivedAt;
  }

  /** Quotes of a symbol never run backwards, also when the first of them had only the receiver's clock. */
  quoteAt(symbol: string, eventAt: number | undefined, receivedAt: number | undefined): number | undefined {
    const said = eventAt ?? this.#now(receivedAt);
    if (said === undefined) return undefined;
    const at = Math.max(said, this.#quoted.get(symbol) ?? 0);
    this.#quoted.set(symbol, at);
    return at;
  }

  #now(receivedAt: number | undefined): number | undefined {
    if (this.#newest === undefined)
      return this.#runs || receivedAt === undefined ? undefined : Math.floor(receivedAt);
    if (!this.#runs || this.#heardAt === undefined || receivedAt === undefined) return this.#newest;
    return this.#newest + Math.max(0, Math.floor(receivedAt - this.#heardAt));
  }
}

type Heard = {
  readonly clock: StreamClock;
  readonly depths: DepthHeard;
  readonly receivedAt: number | undefined;
};

function messageEntry(message: JsonObject, { clock, depths, receivedAt }: Heard): TapeEntry {
  const kind = message["e"];
  if (kind === "trade") return tradeEntry(message);
  if (kind === "depthUpdate") return depthEntry(message, depths);
  if (kind === "bookTicker" || isSpotBookTicker(message)) return quoteEntry(message, clock, receivedAt);
  if (message["lastUpdateId"] !== undefined) return snapshotEntry(message, depths);
  return { kind: "ignored", why: typeof kind === "string" ? kind.slice(0, 32) : "other frame" };
}

const isSpotBookTicker = (message: JsonObject): boolean =>
  message["e"] === undefined &&
  message["u"] !== undefined &&
  message["B"] !== undefined &&
  message["A"] !== undefined;

// On futures an insurance-fund or liquidation transfer looks like a trade; only X = MARKET happened on the market.
function tradeEntry(message: JsonObject): TapeEntry {
  const execution = message["X"];
  if (execution !== undefined && execution !== "MARKET")
    return { kind: "ignored", why: "trade off the market" };
  const id = asInteger(message["t"]);
  return tickEntry(
    complete({
      type: "trade",
      symbol: symbolOf(message["s"]),
      ts: timeOf(message["T"]),
      price: decimalOf(message["p"]),
      size: decimalOf(message["q"]),
      id: id === undefined ? undefined : String(id),
    }),
    "trade",
  );
}

function quoteEntry(message: JsonObject, clock: StreamClock, receivedAt: number | undefined): TapeEntry {
  const symbol = symbolOf(message["s"]);
  const eventAt = timeOf(message["T"]) ?? timeOf(message["E"]);
  const at = symbol === undefined ? undefined : clock.quoteAt(symbol, eventAt, receivedAt);
  if (symbol !== undefined && at === undefined) return { kind: "ignored", why: "quote before any time" };
  return tickEntry(
    complete({
      type: "quote",
      symbol,
      ts: at,
      bid: decimalOf(message["b"]),
      bidSize: decimalOf(message["B"]),
      ask: decimalOf(message["a"]),
      askSize: decimalOf(message["A"]),
      seq: asInteger(message["u"]),
    }),
    "bookTicker",
  );
}

/** Of futures `pu` names the message before, since their numbers have holes. */
function depthEntry(message: JsonObject, depths: DepthHeard): TapeEntry {
  const prevSeq = message["pu"] === undefined ? {} : { prevSeq: asInteger(message["pu"]) };
  const tick = complete({
    type: "depth",
    symbol: symbolOf(message["s"]),
    ts: timeOf(message["E"]),
    bids: levelsOf(message["b"]),
    asks: levelsOf(message["a"]),
    firstSeq: asInteger(message["U"]),
    lastSeq: asInteger(message["u"]),
    ...prevSeq,
  });
  if (tick?.type === "depth") depths.hear(tick);
  return tickEntry(tick, "depthUpdate");
}

function snapshotEntry(message: JsonObject, depths: DepthHeard): TapeEntry {
  const owner = depths.ownerOf(asInteger(message["lastUpdateId"]) ?? 0);
  if (owner === undefined) return { kind: "ignored", why: "depth snapshot of an unknown symbol" };
  return tickEntry(snapshotTick(owner.symbol, owner.ts, message), "depth snapshot");
}

type Partly<Tick> = Tick extends FeedTick ? { readonly [Key in keyof Tick]: Tick[Key] | undefined } : never;

/** The tick, or undefined where the frame lacks one of its parts. */
function complete(tick: Partly<FeedTick>): FeedTick | undefined {
  // SAFETY: no member is undefined, which is all in which Partly differs from the tick itself.
  return Object.values(tick).includes(undefined) ? undefined : (tick as FeedTick);
}

const tickEntry = (tick: FeedTick | undefined, frame: string): TapeEntry =>
  tick === undefined
    ? { kind: "malformed", why: `a ${frame} frame lacks a part or holds a wrong one` }
    : { kind: "tick", tick };

const symbolOf = (value: unknown): string | undefined =>
  typeof value === "string" && /^[A-Z0-9][A-Z0-9._-]{0,31}$/.test(value)
    ? `${BINANCE_VENUE}:${value}`
    : undefined;

const timeOf = (value: unknown): number | undefined => {
  const at = asInteger(value);
  return at !== undefined && isEpochMs(at) ? at : undefined;
};
