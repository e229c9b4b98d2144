/**
 * One gateway's link to topics of this actor: how far it has heard each of them, and what goes with the next call. Messages of a topic
 * that it keeps up with wait here as they were numbered, the same texts for all gateways; one that it has fallen behind in, since a call
 * failed or too much waited, is read from the ring when its turn comes, and is a snapshot with `reset` where the ring begins later.
 */
import type { ResetReason, TopicPosition } from "../../../src/contracts/streams.ts";
import type { Clock } from "../clock.ts";
import { Telling, type TellingOptions } from "../telling.ts";
import type { Client } from "./client.ts";
import type { Taken } from "./link.ts";
import { messageText } from "./message-text.ts";
import type { Topic } from "./topic.ts";
import type { Numbered, Topics } from "./topics.ts";

/** Text that waits for one gateway: half a ring. Sixty-four of them share their texts. */
export const LINK_WAITING_UNITS_MAX = 524_288;
/** Text of one call, and one topic's ring beyond it: far below what a call may hold, and read in some milliseconds. */
const CALL_UNITS_MAX = 1_048_576;
/** Answers to frames that wait for a gateway that cannot be reached: it asks again for what it has not heard of. */
export const LINK_SAID_MAX = 256;
/** A gateway that finds something missing after each of so many calls in a row counts wrongly: the topic is given up. */
const BEHIND_IN_A_ROW_MAX = 4;

type Surroundings = Pick<TellingOptions<Batch, Taken>, "retryAt" | "allTold" | "later" | "randomFraction"> & {
  readonly clock: Clock;
  readonly topics: Pick<Topics<Client>, "after">;
};
export type GatewayLinkOptions = Surroundings & {
  readonly tell: (messages: readonly string[]) => ReturnType<TellingOptions<Batch, Taken>["send"]>;
  /** The gateway's answer names topics that it does not hold. */
  readonly unwanted: (names: readonly string[]) => void;
};

type Place = {
  readonly topic: Topic<Client>;
  /** The gateway has everything through this one; undefined where it has nothing, so that it gets a snapshot. */
  heard: number | undefined;
  /** Why that snapshot comes in place of messages. */
  reset: ResetReason | undefined;
  /** What is published waits here. Otherwise the next call reads it from the ring. */
  keepsUp: boolean;
  behindInARow: number;
  /** The first call that can say something of it: an answer to an earlier one is of earlier days. */
  readonly sinceCall: number;
};
type Sent = { readonly place: Place; readonly through: number };
type Batch = {
  readonly call: number;
  readonly said: readonly string[];
  readonly texts: readonly string[];
  readonly sent: readonly Sent[];
};

export class GatewayLink {
  readonly #options: GatewayLinkOptions;
  readonly #telling: Telling<Batch, Taken>;
  readonly #places = new Map<string, Place>();
  readonly #behind = new Set<Place>();
  /** Answers to the gateway's frames, and news of topics that are no more. */
  #said: string[] = [];
  #waiting: Numbered<Client>[] = [];
  #waitingUnits = 0;
  #calls = 0;
  /** Since the load the gateway has answered: until then nobody knows what it has heard. */
  #isSure: boolean;
  /** It is told how far its topics are, even where there is no news. */
  #owesBeats = false;

  /** `isNew`: not one that a load found. */
  constructor(options: GatewayLinkOptions, isNew: boolean) {
    this.#options = options;
    this.#isSure = isNew;
    this.#telling = new Telling({
      ...options,
      hasNews: () => this.#hasNews(),
      isUrgent: () => this.#said.length > 0 || this.#behind.size > 0,
      take: () => this.#take(),
      send: ({ texts }) => options.tell(texts),
      taken: (batch, taken) => this.#taken(batch, taken),
      failed: (batch) => this.#failed(batch),
    });
  }

  get topics(): readonly Topic<Client>[] {
    return [...this.#places.values()].map(({ topic }) => topic);
  }

  get waitingUnits(): number {
    return this.#waitingUnits;
  }

  get said(): number {
    return this.#said.length;
  }

  /** Nothing is under way, and nothing waits. */
  get isQuiet(): boolean {
    return !this.#telling.isUnderWay && !this.#hasNews();
  }

  get failingSince(): number | undefined {
    return this.#telling.failingSince;
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  /** After a load: it had this topic. */
  found(topic: Topic<Client>): void {
    this.#put({ topic, heard: topic.seq, reset: undefined, keepsUp: true, behindInARow: 0, sinceCall: 1 });
  }

  /** From a snapshot on, also where it has the topic already. */
  listen(topic: Topic<Client>): void {
    this.#restart(topic, undefined, undefined);
  }

  /** From behind this place on. */
  resume(topic: Topic<Client>, { epoch, seq }: Pick<TopicPosition, "epoch" | "seq">): void {
    const reset = topic.missingAfter(epoch, seq);
    this.#restart(topic, reset === undefined ? seq : undefined, reset);
  }

  leave(topic: Topic<Client>): void {
    const place = this.#places.get(topic.name);
    if (place === undefined) return;
    this.#places.delete(topic.name);
    this.#behind.delete(place);
    this.#drop(new Set([topic]));
    topic.links.delete(this);
  }

  /** The next call says how far each topic is. */
  oweBeats(): void {
    this.#owesBeats = true;
  }

  say(text: string): void {
    this.#said = [...this.#said, text].slice(-LINK_SAID_MAX);
  }

  /** A message of a group that is on disk. */
  add(message: Numbered<Client>): void {
    if (this.#places.get(message.topic.name)?.keepsUp !== true) return;
    this.#waiting.push(message);
    this.#waitingUnits += message.text.length;
    if (this.#waitingUnits > LINK_WAITING_UNITS_MAX)
      this.#fallBehind(this.#waiting.map(({ topic }) => topic));
  }

  tell(): void {
    this.#telling.tell();
  }

  /** The alarm's part: after a load the gateway is asked how far it is, since a kill may have come before a call. */
  wake(): void {
    if (!this.#isSure && this.#places.size > 0) this.#owesBeats = true;
    this.#telling.wake();
  }

  stop(): void {
    this.#telling.stop();
    for (const topic of this.topics) this.leave(topic);
  }

  #hasNews(): boolean {
    return this.#said.length > 0 || this.#waiting.length > 0 || this.#behind.size > 0 || this.#owesBeats;
  }

  #restart(topic: Topic<Client>, heard: number | undefined, reset: ResetReason | undefined): void {
    const before = this.#places.get(topic.name);
    if (before !== undefined) this.#behind.delete(before);
    this.#drop(new Set([topic]));
    // A place of its own: what a call under way brings counts for the one before.
    const { behindInARow } = before ?? { behindInARow: 0 };
    const place = { topic, heard, reset, keepsUp: false, behindInARow, sinceCall: this.#calls + 1 };
    this.#put(place);
    this.#behind.add(place);
  }

  #put(place: Place): void {
    this.#places.set(place.topic.name, place);
    place.topic.links.add(this);
  }

  #take(): Batch {
    const said = this.#said.splice(0);
    const texts = [...said];
    const places = this.#catchUp(texts);
    for (const { topic, text } of this.#waiting) {
      const place = this.#places.get(topic.name);
      if (place !== undefined) places.add(place);
      texts.push(text);
    }
    this.#waiting = [];
    this.#waitingUnits = 0;
    const sent = [...places].map((place) => ({ place, through: place.topic.seq }));
    if (this.#owesBeats || !this.#isSure) texts.push(...this.#beats());
    this.#owesBeats = false;
    this.#calls += 1;
    return { call: this.#calls, said, texts, sent };
  }

  /** What was missed, of as many topics as one call has room for. */
  #catchUp(texts: string[]): Set<Place> {
    const caughtUp = new Set<Place>();
    let units = 0;
    for (const place of this.#behind) {
      if (units > CALL_UNITS_MAX) break;
      for (const text of this.#missed(place)) {
        texts.push(text);
        units += text.length;
      }
      place.keepsUp = true;
      caughtUp.add(place);
    }
    for (const place of caughtUp) this.#behind.delete(place);
    return caughtUp;
  }

  #missed(place: Place): readonly string[] {
    const { topic, heard } = place;
    if (heard !== undefined && topic.holdsAfter(heard)) return this.#options.topics.after(topic, heard);
    if (heard !== undefined) place.reset = "beyond-ring";
    place.heard = undefined;
    return topic.anew(this.#options.clock.now(), place.reset);
  }

  /** How far each topic is with this call: the gateway says where it is behind, or waits for a snapshot that a kill has kept from it. */
  #beats(): string[] {
    const now = this.#options.clock.now();
    return [...this.#places.values()]
      .filter(({ keepsUp }) => keepsUp)
      .map(({ topic }) => messageText(topic.head, topic.seq, now, "hb", "null"));
  }

  #taken({ call, sent }: Batch, { unwanted = [], behind = [], pauseMs }: Taken): number | undefined {
    this.#isSure = true;
    const isOfToday = (name: string) => (this.#places.get(name)?.sinceCall ?? Infinity) <= call;
    const missing = new Map(behind.map((at) => [at.topic, at]));
    for (const { place, through } of sent) {
      place.heard = through;
      place.reset = undefined;
      if (!missing.has(place.topic.name)) place.behindInARow = 0;
    }
    for (const at of behind) if (isOfToday(at.topic)) this.#behindAt(at);
    const gone = unwanted.filter(isOfToday);
    if (gone.length > 0) this.#options.unwanted(gone);
    return pauseMs;
  }

  #behindAt({ topic: name, epoch, seq }: TopicPosition): void {
    const place = this.#places.get(name);
    if (place === undefined) return;
    place.behindInARow += 1;
    if (place.behindInARow > BEHIND_IN_A_ROW_MAX) this.#options.unwanted([name]);
    else if (epoch === "") this.listen(place.topic);
    else this.resume(place.topic, { epoch, seq });
  }

  #failed({ said, sent }: Batch): void {
    this.#said = [...said, ...this.#said].slice(-LINK_SAID_MAX);
    if (!this.#isSure) this.#owesBeats = true;
    this.#fallBehind(sent.map(({ place }) => place.topic));
  }

  /** What waits of them is read from the ring instead, with what comes until then. */
  #fallBehind(topics: Iterable<Topic<Client>>): void {
    const all = new Set(topics);
    this.#drop(all);
    for (const { name } of all) {
      const place = this.#places.get(name);
      if (place === undefined) continue;
      place.keepsUp = false;
      this.#behind.add(place);
    }
  }

  #drop(topics: ReadonlySet<Topic<Client>>): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter(({ topic }) => !topics.has(topic));
    this.#waitingUnits = this.#waiting.reduce((units, { text }) => units + text.length, 0);
  }
}
