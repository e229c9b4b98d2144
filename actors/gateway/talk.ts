/** What a client says, and what is said in answer. Frames that change what it listens to are taken one after the other; the others at once. */
import {
  CONFLATE_MS_DEFAULT,
  GATEWAY_TOPICS_MAX,
  type GatewayAckFrame,
  type GatewayFrame,
  type RestoreFrame,
} from "../../src/contracts/gateway-streams.ts";
import { CLOSE_POLICY, type FrameId, type TopicError } from "../../src/contracts/streams.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Client } from "../runtime/streams/client.ts";
import type { Crowd } from "../runtime/streams/crowd.ts";
import type { Answering } from "../runtime/streams/listening.ts";
import { ackText, errorText, pongText } from "../runtime/streams/message-text.ts";
import { Bucket } from "../runtime/streams/rates.ts";
import type { Acknowledging } from "./acknowledging.ts";
import { heartbeatText } from "./heartbeat.ts";
import {
  FRAMES_WAITING_MAX,
  PATTERNS_PER_CONNECTION_MAX,
  PING_BEAT_MS,
  PING_BURST_MAX,
  PINGS_PER_SECOND_MAX,
} from "./limits.ts";
import type { Listings } from "./listings.ts";
import type { Seating } from "./seating.ts";
import type { Sessions } from "./sessions.ts";
import type { Together } from "./together.ts";
import type { Visit } from "./visit.ts";
import { covers, isPattern, patternOf } from "./wildcards.ts";
import type { Granted, Wish, Wishes } from "./wishes.ts";

export type TalkOptions = {
  readonly clock: Clock;
  readonly crowd: Pick<Crowd, "say" | "close">;
  readonly visits: ReadonlyMap<Client, Visit>;
  readonly acknowledging: Acknowledging;
  readonly seating: Seating;
  readonly wishes: Wishes;
  readonly listings: Listings;
  readonly sessions: Sessions;
  readonly together: Together;
  /** Another connection has taken its session over. */
  readonly supersede: (session: string) => void;
};

type Changing = Exclude<GatewayFrame, { op: "ack" } | { op: "ping" }>;
const NOT_SUBSCRIBED = { code: "topic-not-subscribed", detail: "this connection does not listen to it" };

export class Talk implements Answering<GatewayFrame> {
  readonly #options: TalkOptions;

  constructor(options: TalkOptions) {
    this.#options = options;
  }

  answer(client: Client, frame: GatewayFrame): readonly string[] {
    const visit = this.#options.visits.get(client);
    if (visit === undefined) return [];
    if (frame.op === "ping") return this.#ping(visit, frame.id);
    if (frame.op === "ack") return this.#acknowledge(visit, frame);
    return this.#queue(visit, frame);
  }

  /** New listings of its patterns, with all others that it has. */
  refresh(visit: Visit): void {
    if (visit.patterns.size === 0 || visit.waiting > 0) return;
    this.#inTurn(visit, () => this.#refresh(visit));
  }

  #ping(visit: Visit, id: FrameId | undefined): readonly string[] {
    const now = this.#options.clock.now();
    visit.pings ??= new Bucket(PINGS_PER_SECOND_MAX, PING_BURST_MAX, now);
    if (!visit.pings.take(now)) {
      this.#options.crowd.close(visit.client, CLOSE_POLICY, "too many pings");
      return [];
    }
    if (now - visit.beatAt < PING_BEAT_MS) return [pongText(id)];
    visit.beatAt = now;
    return [pongText(id), heartbeatText(visit, now)];
  }

  #acknowledge(visit: Visit, frame: GatewayAckFrame): readonly string[] {
    const places = "topics" in frame ? frame.topics : [frame];
    return this.#options.acknowledging.take(visit, frame.id, places);
  }

  #queue(visit: Visit, frame: Changing): readonly string[] {
    if (visit.waiting >= FRAMES_WAITING_MAX)
      return [errorText(frame.id, "overloaded", "too many frames wait for their turn: again in a second")];
    this.#inTurn(visit, () => this.#inMeasure(visit, frame));
    return [];
  }

  #inTurn(visit: Visit, work: () => Promise<void>): void {
    // Those behind it follow at once.
    const moment = visit.waiting === 0 ? this.#options.together.moment() : undefined;
    visit.waiting += 1;
    visit.tail = visit.tail.then(async () => {
      await moment;
      // Whatever one frame comes to, those after it are taken.
      if (!visit.isGone) await work().catch(() => this.#failed(visit));
      visit.waiting -= 1;
    });
  }

  #failed({ client, isGone }: Visit): void {
    if (!isGone)
      this.#options.crowd.say(client, [
        errorText(undefined, "internal", "it is not known what became of a frame"),
      ]);
  }

  #say(visit: Visit, texts: readonly string[]): void {
    for (const { length } of texts) visit.client.rates.answers.charge(length);
    this.#options.crowd.say(visit.client, texts);
  }

  /** What those before it were answered may be all that there is for now. */
  async #inMeasure(visit: Visit, frame: Changing): Promise<void> {
    const { clock, crowd } = this.#options;
    if (frame.op === "unsubscribe" || !visit.client.rates.answers.isSpent(clock.now()))
      await this.#change(visit, frame);
    else
      crowd.say(visit.client, [
        errorText(frame.id, "overloaded", "too much was asked for: again in a second"),
      ]);
  }

  #change(visit: Visit, frame: Changing): Promise<void> {
    switch (frame.op) {
      case "subscribe":
        return this.#subscribe(visit, frame.id, frame.topics, frame.conflateMs ?? CONFLATE_MS_DEFAULT);
      case "unsubscribe":
        return this.#unsubscribe(visit, frame.id, frame.topics);
      case "resume": {
        const { id, topic, epoch, seq } = frame;
        const conflateMs = visit.seats.get(topic)?.conflateMs ?? CONFLATE_MS_DEFAULT;
        return this.#granted(visit, id, [{ topic, conflateMs, from: { epoch, seq } }], []);
      }
      case "restore":
        return this.#restore(visit, frame);
    }
  }

  async #subscribe(
    visit: Visit,
    id: FrameId | undefined,
    names: readonly string[],
    conflateMs: number,
  ): Promise<void> {
    const errors: TopicError[] = [];
    const topics = new Set(names.filter((name) => !isPattern(name)));
    for (const name of new Set(names.filter(isPattern))) {
      const expanded = await this.#expanded(visit, name, conflateMs, topics.size);
      if ("code" in expanded) errors.push({ topic: name, ...expanded });
      else for (const topic of expanded) topics.add(topic);
    }
    const wishes = [...topics].map((topic) => ({ topic, conflateMs }));
    return this.#granted(visit, id, wishes, errors);
  }

  /** All topics of a pattern fit, or none is subscribed. */
  async #expanded(
    visit: Visit,
    name: string,
    conflateMs: number,
    others: number,
  ): Promise<readonly string[] | { readonly code: string; readonly detail: string }> {
    const pattern = patternOf(name);
    if ("code" in pattern) return pattern;
    if (!visit.patterns.has(name) && visit.patterns.size >= PATTERNS_PER_CONNECTION_MAX)
      return {
        code: "too-many-topics",
        detail: `a connection holds at most ${PATTERNS_PER_CONNECTION_MAX} wildcards`,
      };
    const topics = await this.#options.listings.topicsOf(pattern);
    if (!topics.ok) return { code: topics.code, detail: topics.detail ?? "not now" };
    const fresh = topics.value.filter((topic) => !visit.seats.has(topic));
    if (visit.seats.size + others + fresh.length > GATEWAY_TOPICS_MAX)
      return {
        code: "too-many-topics",
        detail: `with these topics it would be more than ${GATEWAY_TOPICS_MAX}`,
      };
    visit.patterns.set(name, { pattern, conflateMs, isRefused: false });
    visit.isKept = false;
    return topics.value;
  }

  async #unsubscribe(visit: Visit, id: FrameId | undefined, names: readonly string[]): Promise<void> {
    const errors: TopicError[] = [];
    for (const name of new Set(names)) {
      const standing = visit.patterns.get(name);
      if (standing !== undefined) {
        visit.patterns.delete(name);
        visit.isKept = false;
        for (const topic of [...visit.seats.keys()])
          if (covers(standing.pattern, topic)) this.#options.seating.rise(visit, topic);
      } else if (visit.seats.has(name)) this.#options.seating.rise(visit, name);
      else errors.push({ topic: name, ...NOT_SUBSCRIBED });
    }
    this.#options.sessions.keep(visit);
    this.#say(visit, [ackText(id, visit.places, errors), ...this.#options.acknowledging.caughtUp(visit)]);
  }

  async #restore(visit: Visit, { id, session, at = [] }: RestoreFrame): Promise<void> {
    const { sessions, supersede } = this.#options;
    const { credential } = visit.client;
    const isOwn = session === visit.session;
    let row = isOwn ? undefined : sessions.find(session, credential);
    // A connection that is still open stands further than its row; closing it writes that down.
    if (row?.closedAt === null) {
      supersede(session);
      row = sessions.find(session, credential);
    }
    if (row === undefined) {
      this.#say(visit, [
        errorText(id, "session-unknown", "there is no such session any more: subscribe anew"),
      ]);
      return;
    }
    const places = new Map(at.map(({ topic, epoch, seq }) => [topic, { epoch, seq }]));
    const wishes = row.listens.topics.map(([topic, conflateMs, epoch, seq]): Wish => {
      const from = places.get(topic) ?? (epoch === "" ? undefined : { epoch, seq });
      return { topic, conflateMs, from };
    });
    for (const [name, conflateMs] of row.listens.patterns) {
      const pattern = patternOf(name);
      if (!("code" in pattern)) visit.patterns.set(name, { pattern, conflateMs, isRefused: false });
      visit.isKept = false;
    }
    await this.#granted(visit, id, wishes, []);
    // Only now: until here a crash of ours leaves the old one to come back with.
    if (!visit.isGone) sessions.remove(session);
  }

  async #granted(
    visit: Visit,
    id: FrameId | undefined,
    wishes: readonly Wish[],
    errors: readonly TopicError[],
  ): Promise<void> {
    await this.#options.wishes.grant(visit, wishes, (granted) => this.#tell(visit, id, granted, errors));
  }

  #tell(visit: Visit, id: FrameId | undefined, granted: Granted, errors: readonly TopicError[]): void {
    this.#options.sessions.keep(visit);
    this.#say(visit, [ackText(id, visit.places, [...errors, ...granted.errors]), ...granted.texts]);
  }

  async #refresh(visit: Visit): Promise<void> {
    const wishes: Wish[] = [];
    const errors: TopicError[] = [];
    for (const [name, standing] of visit.patterns) {
      const { pattern, conflateMs } = standing;
      const topics = await this.#options.listings.topicsOf(pattern);
      const fresh = topics.ok ? topics.value.filter((topic) => !visit.seats.has(topic)) : [];
      const isTooMuch = visit.seats.size + wishes.length + fresh.length > GATEWAY_TOPICS_MAX;
      if (isTooMuch && !standing.isRefused)
        errors.push({ topic: name, code: "too-many-topics", detail: "its new listings do not fit" });
      standing.isRefused = isTooMuch;
      if (!isTooMuch) wishes.push(...fresh.map((topic) => ({ topic, conflateMs })));
    }
    if (wishes.length + errors.length === 0) return;
    await this.#options.wishes.grant(visit, wishes, (granted) => {
      // A listing that cannot be followed yet is tried again with the next look.
      if (granted.texts.length + errors.length > 0)
        this.#tell(visit, undefined, { ...granted, errors: [] }, errors);
    });
  }
}
