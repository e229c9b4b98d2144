/** Brings a connection to all topics of one frame at once: looks who hosts them, opens what nobody follows yet, and waits for it together. */
import { GATEWAY_TOPICS_MAX } from "../../src/contracts/gateway-streams.ts";
import type { TopicError } from "../../src/contracts/streams.ts";
import type { TopicRefusal } from "../runtime/streams/topic.ts";
import type { ExistingNames } from "./existing.ts";
import type { Feed } from "./feed.ts";
import type { Feeds } from "./feeds.ts";
import { LISTENINGS_MAX, OPENING_MS_MAX } from "./limits.ts";
import type { Openings } from "./openings.ts";
import type { Seating, Standing } from "./seating.ts";
import { addressOf, type TopicAddress } from "./topic-address.ts";
import type { Visit } from "./visit.ts";

export type Wish = Standing & { readonly topic: string; readonly conflateMs: number };
export type Granted = { readonly texts: readonly string[]; readonly errors: readonly TopicError[] };

export type WishesOptions = {
  readonly feeds: Feeds;
  readonly seating: Seating;
  readonly openings: Openings;
  readonly existing: ExistingNames;
};

type Refuse = (topic: string, refusal: TopicRefusal) => void;
type Addressed = readonly (readonly [Wish, TopicAddress])[];
type Opened = { readonly wish: Wish; readonly feed: Feed };

const TOO_MANY_TOPICS: TopicRefusal = {
  code: "too-many-topics",
  detail: `a connection holds at most ${GATEWAY_TOPICS_MAX} topics`,
};
const GATEWAY_FULL: TopicRefusal = { code: "too-many", detail: "this gateway follows no further topic" };
const AWAY: TopicRefusal = {
  code: "dependency-unavailable",
  detail: "its actor does not answer: again in a moment",
};

export class Wishes {
  readonly #options: WishesOptions;

  constructor(options: WishesOptions) {
    this.#options = options;
  }

  /**
   * `tell` takes what is to be said after the ack, and says it at once: from its seat on a connection hears what happens, and must have
   * heard before that what it missed. Whoever has gone meanwhile is told nothing.
   */
  async grant(visit: Visit, wishes: readonly Wish[], tell: (granted: Granted) => void): Promise<void> {
    const errors: TopicError[] = [];
    const refuse = (topic: string, { code, detail }: TopicRefusal) =>
      void errors.push({ topic, code, detail });
    const addressed = this.#addressed(visit, wishes, refuse);
    const opened = await this.#opened(visit, addressed, refuse);
    const verdicts = await this.#options.openings.all(
      opened.map(({ feed }) => feed),
      OPENING_MS_MAX,
    );
    const texts: string[] = [];
    for (const { wish, feed } of opened) {
      // One that nobody sat at yet may have had to make room while the others were waited for.
      const isFollowed = feed.isLive && this.#options.feeds.find(feed.actor, feed.topic) === feed;
      const refusal = verdicts.get(feed) ?? (isFollowed ? undefined : AWAY);
      if (refusal !== undefined) refuse(wish.topic, refusal);
      else if (!visit.isGone) texts.push(...this.#seated(visit, feed, wish));
    }
    if (!visit.isGone) tell({ texts, errors });
  }

  async #opened(visit: Visit, addressed: Addressed, refuse: Refuse): Promise<readonly Opened[]> {
    const { existing, feeds } = this.#options;
    const addresses = addressed.map(([, address]) => address);
    const refusals = await existing.refusals(visit.client.envelope(), addresses);
    return addressed.flatMap(([wish, { actor, topic }]) => {
      const refusal = refusals.get(actor);
      const feed = refusal === undefined ? feeds.open(actor, topic) : undefined;
      if (feed !== undefined) return [{ wish, feed }];
      refuse(topic, refusal ?? GATEWAY_FULL);
      return [];
    });
  }

  /** At once and without a look at anything: whoever was there before a load of ours is still. */
  keep(visit: Visit, wishes: readonly Wish[]): void {
    for (const wish of wishes) {
      const address = addressOf(wish.topic, visit.client.credential);
      if ("code" in address) continue;
      const feed = this.#options.feeds.open(address.actor, wish.topic);
      if (feed !== undefined) this.#options.seating.sit(visit, feed, wish.conflateMs, wish);
    }
  }

  #addressed(visit: Visit, wishes: readonly Wish[], refuse: Refuse): Addressed {
    let room = Math.min(GATEWAY_TOPICS_MAX - visit.seats.size, LISTENINGS_MAX - this.#options.seating.size);
    const addressed: [Wish, TopicAddress][] = [];
    for (const wish of wishes) {
      const isFresh = !visit.seats.has(wish.topic);
      const address = isFresh && room <= 0 ? TOO_MANY_TOPICS : addressOf(wish.topic, visit.client.credential);
      if ("code" in address) refuse(wish.topic, address);
      else {
        addressed.push([wish, address]);
        if (isFresh) room -= 1;
      }
    }
    return addressed;
  }

  /** Who listens already goes on; at another pace, or from another place, where that is what it asks for. */
  #seated(visit: Visit, feed: Feed, wish: Wish): readonly string[] {
    const { seating } = this.#options;
    const seat = visit.seats.get(feed.topic);
    if (seat === undefined || wish.from !== undefined) return seating.sit(visit, feed, wish.conflateMs, wish);
    if (seat.conflateMs !== wish.conflateMs) seating.move(visit, seat, wish.conflateMs);
    return [];
  }
}
