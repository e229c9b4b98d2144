/** A client's side of the stream: what it listens to, how far it has come, and what is kept of it while the object sleeps. */
import type { EpochMs } from "../../../src/domain/time.ts";
import type { Bound } from "../bounds.ts";
import type { Clock } from "../clock.ts";
import type { Connection, SocketCredential } from "../connection.ts";
import { CALL_DEADLINE_MS, ENVELOPE_VERSION, type Envelope } from "../envelope.ts";
import type { Socket } from "../socket-port.ts";
import type { Standing } from "./credential-watch.ts";
import { type Rates, ratesFrom } from "./rates.ts";
import type { Heard } from "./topic.ts";

/** The platform's own bound. */
export const ATTACHMENT_BYTES_MAX = 16_384;
/** What the platform adds around a text, and a time and a count that grow. */
const ATTACHMENT_FRAME_BYTES = 64;

/** Two sequences of sixteen digits that begin with one. */
const GROWTH_BYTES_PER_TOPIC = 30;

export const attachmentBound: Bound = {
  collection: "memory:attachment",
  max: ATTACHMENT_BYTES_MAX,
  unit: "bytes",
  atBound: "A topic that no longer fits is refused `too-many-topics`; the others stay.",
};

/** How far a client has come in one topic, by sequence and by the topic's units. */
export type Progress = {
  acked: number;
  ackedUnits: number;
  /** While it is lagging: the last that was sent. */
  sent: number;
  sentUnits: number;
};

/** What outlives the sleep. A list of topics and no object each: 100 of them must fit. */
export type Kept = {
  readonly v: 1;
  readonly id: string;
  readonly credential: SocketCredential;
  readonly traceparent: string;
  readonly strikes: number;
  /** Since when it lags, and then of each topic what was sent last. */
  readonly laggingSince: number | null;
  readonly topics: readonly (readonly [topic: string, acked: number, sent: number])[];
};

export type Opening = Pick<Kept, "id" | "credential" | "traceparent" | "strikes"> & {
  /** Its topics are kept elsewhere, since there are more than fit. */
  readonly topicsElsewhere?: boolean;
  /** Control frames at once, where it may have more topics than with an actor. */
  readonly frameBurst?: number;
};

export class Client implements Connection {
  readonly id: string;
  readonly socket: Socket;
  readonly credential: SocketCredential;
  readonly traceparent: string;
  readonly standing: Standing;
  readonly rates: Rates;
  readonly progress = new Map<Heard<Client>, Progress>();
  /** Frames that were not understood. */
  strikes: number;
  /** Units that were sent and not acknowledged, over all topics. */
  unacked = 0;
  laggingSince: number | undefined;
  /** Units of replies to its own ops since it acknowledged something. */
  replied = 0;
  /** Answers of this turn. */
  replies: string[] = [];
  /** Which of the topics that a group touched it listens to: a bit for each. */
  mask = 0;
  /** Frames that wait until its credential was looked at, and the last of them. */
  waitingFrames = 0;
  waitingUnits = 0;
  tail: Promise<void> = Promise.resolve();
  readonly #clock: Clock;
  readonly #load: string;
  readonly #topicsElsewhere: boolean;
  #calls = 0;

  /** `load` is of this load of the object, so that no request id comes twice. */
  constructor(socket: Socket, opening: Opening, standing: Standing, clock: Clock, load: string) {
    this.socket = socket;
    this.id = opening.id;
    this.credential = opening.credential;
    this.traceparent = opening.traceparent;
    this.strikes = opening.strikes;
    this.standing = standing;
    this.rates = ratesFrom(clock.now(), opening.frameBurst);
    this.#clock = clock;
    this.#load = load;
    this.#topicsElsewhere = opening.topicsElsewhere ?? false;
  }

  readonly envelope = (): Envelope => {
    const { tenant, subject } = this.credential;
    this.#calls += 1;
    return {
      v: ENVELOPE_VERSION,
      requestId: `${this.id}.${this.#load}.${this.#calls}`,
      traceparent: this.traceparent,
      deadline: (this.#clock.now() + CALL_DEADLINE_MS) as EpochMs,
      principal: { tenant, subject },
    };
  };

  /** Listens from the topic's last message on. */
  listen(topic: Heard<Client>): Progress {
    const { seq, marks } = topic;
    const progress = { acked: seq, ackedUnits: marks.units, sent: seq, sentUnits: marks.units };
    this.progress.set(topic, progress);
    topic.listeners.add(this);
    return progress;
  }

  leave(topic: Heard<Client>): void {
    const progress = this.progress.get(topic);
    if (progress === undefined) return;
    this.unacked -= this.sentUnits(topic, progress) - progress.ackedUnits;
    this.progress.delete(topic);
    topic.listeners.delete(this);
  }

  sentUnits(topic: Heard<Client>, progress: Progress): number {
    return this.laggingSince === undefined ? topic.marks.units : progress.sentUnits;
  }

  sentSeq(topic: Heard<Client>, progress: Progress): number {
    return this.laggingSince === undefined ? topic.seq : progress.sent;
  }

  /** Keeps it over a sleep. */
  keep(): void {
    this.socket.serializeAttachment(this.#kept());
  }

  /** The same when it listens to one topic more. False where that is too much, also once all its sequences have grown. */
  keepMore(): boolean {
    const text = this.#kept();
    const grown = bytesOf(text) + ATTACHMENT_FRAME_BYTES + GROWTH_BYTES_PER_TOPIC * this.progress.size;
    if (grown > ATTACHMENT_BYTES_MAX) return false;
    this.socket.serializeAttachment(text);
    return true;
  }

  #kept(): string {
    const listened = this.#topicsElsewhere ? [] : [...this.progress];
    const kept: Kept = {
      v: 1,
      id: this.id,
      credential: this.credential,
      traceparent: this.traceparent,
      strikes: this.strikes,
      laggingSince: this.laggingSince ?? null,
      topics: listened.map(([topic, { acked, sent }]) => [topic.name, acked, sent]),
    };
    return JSON.stringify(kept);
  }
}

/** Undefined where the socket has none of ours. */
export function keptOf(socket: Socket): Kept | undefined {
  const text = socket.deserializeAttachment();
  // SAFETY: only `keep` attaches anything.
  return typeof text === "string" ? (JSON.parse(text) as Kept) : undefined;
}

// A text of the platform takes one byte for each character, or two for all where one needs them.
const bytesOf = (text: string): number => {
  for (let index = 0; index < text.length; index += 1)
    if (text.charCodeAt(index) > 0xff) return 2 * text.length;
  return text.length;
};
