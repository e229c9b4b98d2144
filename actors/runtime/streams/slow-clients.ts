/**
 * Clients that do not keep up. The platform tells nobody how much lies in a socket, so a client says how far it has come; what was sent and
 * is not acknowledged counts as lying there. Beyond a bound it is told so and gets nothing more until it has caught up, then what it
 * missed; one that does not catch up is closed with the place to resume from.
 */
import { CLOSE_TOO_SLOW } from "../../../src/contracts/streams.ts";
import type { Clock } from "../clock.ts";
import type { Client, Progress } from "./client.ts";
import { messageText } from "./message-text.ts";
import { RING_UNITS_MAX } from "./ring.ts";
import type { Heard, HeardTopics } from "./topic.ts";

/** Several seconds of a busy symbol; a thousand clients of one object may each let so much stand. */
export const LAGGING_UNITS = RING_UNITS_MAX;
/** It goes on when half of that is taken in: a client at the very edge would hear `lagging` with each message. */
export const CAUGHT_UP_UNITS = LAGGING_UNITS / 2;
/** What it has not taken in, with what was held back meanwhile. */
export const TOO_SLOW_UNITS = 4 * LAGGING_UNITS;
/** A client that is only busy is back by then. */
export const LAGGING_MS_MAX = 10_000;
/** The protocol's own bound for the reason of a close, in bytes. */
const REASON_BYTES_MAX = 123;

export type Closing = (client: Client, code: number, reason: string) => void;

/** Where clients have a thousand topics, what is nothing for a few has to be spared. */
export type SlowOptions = {
  /** What a client is told that is closed; without it the places to resume from. */
  readonly reasonOf?: (client: Client) => string;
  /** The topics of which a client is told that it lags; without it all. */
  readonly toldOf?: (client: Client) => Iterable<Heard<Client>>;
  /** Whoever made this calls `closeHopeless` by itself, and not with each group. */
  readonly isLookedAfter?: boolean;
};

export class SlowClients {
  readonly #clock: Clock;
  readonly #topics: HeardTopics<Client>;
  readonly #close: Closing;
  readonly #options: SlowOptions;
  readonly #lagging = new Set<Client>();

  constructor(clock: Clock, topics: HeardTopics<Client>, close: Closing, options: SlowOptions = {}) {
    this.#clock = clock;
    this.#topics = topics;
    this.#close = close;
    this.#options = options;
  }

  get size(): number {
    return this.#lagging.size;
  }

  /** After a load: one that was held back is so still. */
  found(client: Client): void {
    if (client.laggingSince !== undefined) this.#lagging.add(client);
  }

  forget(client: Client): void {
    this.#lagging.delete(client);
  }

  /** After a frame was sent: what is to be said to a client that has let too much stand. */
  notice(client: Client): readonly string[] {
    if (client.unacked <= LAGGING_UNITS || client.laggingSince !== undefined) return [];
    const now = this.#clock.now();
    client.laggingSince = now;
    this.#lagging.add(client);
    for (const [topic, progress] of client.progress) {
      progress.sent = topic.seq;
      progress.sentUnits = topic.marks.units;
    }
    client.keep();
    const topics = this.#options.toldOf?.(client) ?? client.progress.keys();
    return [...topics].flatMap((topic) => this.word(client, topic));
  }

  /** Of a topic that a client gets nothing of for now. */
  word(client: Client, topic: Heard<Client>): readonly string[] {
    const progress = client.progress.get(topic);
    if (progress === undefined || client.laggingSince === undefined) return [];
    const data = JSON.stringify({ unacknowledged: client.unacked, acknowledged: progress.acked });
    return [messageText(topic.head, progress.sent, this.#clock.now(), "lagging", data)];
  }

  /** After each group: those that have lagged for too long, or let too much gather. */
  closeHopeless(): void {
    if (this.#lagging.size === 0) return;
    const now = this.#clock.now();
    for (const client of this.#lagging) {
      const since = client.laggingSince ?? now;
      if (now - since >= LAGGING_MS_MAX || heldFor(client) > TOO_SLOW_UNITS)
        this.#close(client, CLOSE_TOO_SLOW, (this.#options.reasonOf ?? resumeFrom)(client));
    }
  }

  /** After an acknowledgement: what was held back, once enough is taken in. */
  caughtUp(client: Client): readonly string[] {
    if (client.laggingSince === undefined || client.unacked > CAUGHT_UP_UNITS) return [];
    const texts = [...client.progress].flatMap(([topic, progress]) => this.#missed(client, topic, progress));
    client.laggingSince = undefined;
    this.#lagging.delete(client);
    return texts;
  }

  #missed(client: Client, topic: Heard<Client>, progress: Progress): readonly string[] {
    const held = topic.marks.units - progress.sentUnits;
    if (topic.seq === progress.sent) return [];
    if (topic.holdsAfter(progress.sent) && client.unacked + held <= LAGGING_UNITS) {
      client.unacked += held;
      return this.#topics.after(topic, progress.sent);
    }
    client.unacked -= progress.sentUnits - progress.ackedUnits;
    Object.assign(progress, { acked: topic.seq, ackedUnits: topic.marks.units });
    return topic.anew(this.#clock.now(), "lagging");
  }
}

function heldFor(client: Client): number {
  let units = 0;
  for (const [topic, { ackedUnits }] of client.progress) units += topic.marks.units - ackedUnits;
  return units;
}

/** `<topic>=<seq>` of each topic that finds room: everything up to there was sent before the close. */
function resumeFrom(client: Client): string {
  let reason = "";
  for (const [topic, { sent }] of client.progress) {
    const longer = `${reason}${reason === "" ? "" : " "}${topic.name}=${sent}`;
    if (longer.length > REASON_BYTES_MAX) break;
    reason = longer;
  }
  return reason;
}
