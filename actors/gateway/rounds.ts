/** What is done every second while anybody is connected or anything is followed: heartbeats, slow clients, silent topics, new listings, load. */
import { HEARTBEAT_MS } from "../../src/contracts/gateway-streams.ts";
import { stableHash } from "../../src/domain/hash.ts";
import type { ActorPorts } from "../../src/ports.ts";
import type { Wakes } from "../runtime/asking.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Client } from "../runtime/streams/client.ts";
import type { Crowd } from "../runtime/streams/crowd.ts";
import type { Acknowledging } from "./acknowledging.ts";
import type { Draining } from "./draining.ts";
import type { Feeds } from "./feeds.ts";
import { heartbeatText } from "./heartbeat.ts";
import { DRAIN_MS, EXPAND_MS, REOPEN_MS, TICK_MS } from "./limits.ts";
import { LoadReport } from "./load-report.ts";
import type { Seating } from "./seating.ts";
import type { Talk } from "./talk.ts";
import type { Visit } from "./visit.ts";
import type { Watchdog } from "./watchdog.ts";

export type RoundsOptions = {
  readonly gateway: string;
  readonly clock: Clock;
  readonly wakes: Wakes;
  readonly neighbours: Pick<ActorPorts, "gatewayDirectory">;
  readonly crowd: Pick<Crowd, "say" | "look" | "slow">;
  readonly visits: ReadonlyMap<Client, Visit>;
  readonly feeds: Feeds;
  readonly seating: Seating;
  readonly acknowledging: Acknowledging;
  readonly talk: Pick<Talk, "refresh">;
  readonly watchdog: Watchdog;
  readonly draining: Draining;
};

const BEAT_TICKS = HEARTBEAT_MS / TICK_MS;
const EXPAND_TICKS = EXPAND_MS / TICK_MS;

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #load: LoadReport;
  #round = 0;
  #isOn = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
    const { gateway, clock, neighbours, visits, seating, draining } = options;
    this.#load = new LoadReport({
      gateway,
      clock,
      neighbours,
      load: () => ({ connections: visits.size, topics: seating.size }),
      standing: (isDraining) => {
        if (isDraining) draining.begin({ inMs: DRAIN_MS, keep: false });
        else draining.open();
      },
    });
  }

  start(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#next();
  }

  /** It is emptied: the directory hears when nobody is left, also where nobody was. */
  drained(): void {
    this.#load.again();
    this.start();
  }

  #next(): void {
    this.#options.wakes.set(() => this.#go(), TICK_MS);
  }

  #go(): void {
    const { visits, feeds, crowd, seating, watchdog } = this.#options;
    this.#round += 1;
    for (const visit of [...visits.values()]) this.#visit(visit);
    crowd.slow.closeHopeless();
    this.#reopen();
    seating.retry();
    watchdog.look();
    feeds.sweep();
    void this.#load.tell();
    this.#isOn = visits.size > 0 || feeds.size > 0 || !this.#load.isTold;
    if (this.#isOn) this.#next();
  }

  /** Each has its own second of the fifteen: all at once would be a burst that others wait behind. */
  #visit(visit: Visit): void {
    const { clock, crowd, acknowledging, talk } = this.#options;
    const slot = stableHash(visit.session);
    acknowledging.pace(visit);
    if (this.#round % EXPAND_TICKS === slot % EXPAND_TICKS) talk.refresh(visit);
    if (this.#round % BEAT_TICKS !== slot % BEAT_TICKS) return;
    crowd.say(visit.client, [heartbeatText(visit, clock.now())]);
    void crowd.look(visit.client.standing);
  }

  /** Topics that were opened and never came. */
  #reopen(): void {
    const { feeds, clock } = this.#options;
    const since = clock.now() - REOPEN_MS;
    for (const feed of feeds.all()) {
      if (feed.isLive || feed.heardAt > since) continue;
      feed.heardAt = clock.now();
      feeds.reopen(feed);
    }
  }
}
