/** A gateway put together: connections on one side, actors on the other, and what is done between them every second. */
import {
  GATEWAY_OPS,
  type GatewayFrame,
  gatewayFrame,
  HEARTBEAT_MS,
  type WelcomeMessage,
} from "../../src/contracts/gateway-streams.ts";
import { GATEWAY_CONNECTIONS_MAX } from "../../src/domain/gateway.ts";
import type { ActorPorts } from "../../src/ports.ts";
import type { Wakes } from "../runtime/asking.ts";
import type { Bricks } from "../runtime/bricks.ts";
import type { SocketTicket, StillValid } from "../runtime/connection.ts";
import { randomFraction } from "../runtime/id.ts";
import { overloaded, type Refusal } from "../runtime/reply.ts";
import { Rush } from "../runtime/rush.ts";
import type { Socket, SocketPort } from "../runtime/socket-port.ts";
import type { Client } from "../runtime/streams/client.ts";
import { keptOf } from "../runtime/streams/client.ts";
import { Crowd } from "../runtime/streams/crowd.ts";
import type { Taken } from "../runtime/streams/link.ts";
import { Listening } from "../runtime/streams/listening.ts";
import { errorText } from "../runtime/streams/message-text.ts";
import { Acknowledging } from "./acknowledging.ts";
import { BOUNDS } from "./bounds.ts";
import { Conflation } from "./conflation.ts";
import { Draining } from "./draining.ts";
import { ExistingNames } from "./existing.ts";
import type { Feed } from "./feed.ts";
import { Feeds } from "./feeds.ts";
import type { Call } from "./gathering.ts";
import { HEARD_LANES, laggingTopics } from "./heard-lanes.ts";
import { Hosts } from "./hosts.ts";
import type { Lane } from "./lane.ts";
import { FRAMES_AT_ONCE_MAX, GATEWAY_TENANT_MAX, RUSH_PAUSE_MS } from "./limits.ts";
import { Listings } from "./listings.ts";
import type { DrainOrder } from "./messages.ts";
import { Openings } from "./openings.ts";
import { Outgoing } from "./outgoing.ts";
import { plainFrame } from "./plain-frames.ts";
import { Rounds } from "./rounds.ts";
import { Seating } from "./seating.ts";
import { Sessions } from "./sessions.ts";
import { Talk } from "./talk.ts";
import { Together } from "./together.ts";
import { Visit } from "./visit.ts";
import { Watchdog } from "./watchdog.ts";
import { patternOf } from "./wildcards.ts";
import { Wishes } from "./wishes.ts";

type Neighbours = Pick<
  ActorPorts,
  "linkHost" | "gatewayDirectory" | "instrumentDirectory" | "tenantDirectory"
>;

export type DeskOptions = {
  readonly gateway: string;
  readonly bricks: Pick<Bricks<never>, "clock" | "sql" | "timers" | "vitals">;
  readonly port: SocketPort;
  readonly neighbours: Neighbours;
  readonly stillValid?: StillValid;
  readonly wakes?: Wakes;
};

export const platformWakes: Wakes = {
  set: (run, afterMs) => setTimeout(run, afterMs),
  clear: (wake) => clearTimeout(wake as ReturnType<typeof setTimeout>),
};
/** The protocol's code for a connection that has done its work. */
const CLOSE_NORMAL = 1_000;
const MANY_TOPICS = { topicsElsewhere: true, frameBurst: FRAMES_AT_ONCE_MAX };
/** A place is free when somebody goes. */
const FULL_RETRY_MS = 5_000;

export class Desk {
  readonly #options: DeskOptions;
  readonly #visits = new Map<Client, Visit>();
  readonly #crowd: Crowd;
  readonly #outgoing: Outgoing;
  readonly #conflation: Conflation;
  readonly #feeds: Feeds;
  readonly #openings = new Openings();
  readonly #seating: Seating;
  readonly #sessions: Sessions;
  readonly #watchdog: Watchdog;
  readonly #draining: Draining;
  readonly #listening: Listening<GatewayFrame>;
  readonly #rounds: Rounds;
  readonly #rush = new Rush(RUSH_PAUSE_MS);

  constructor(options: DeskOptions) {
    const { gateway, bricks, neighbours, stillValid, wakes = platformWakes } = options;
    const { clock, sql, timers } = bricks;
    this.#options = options;
    const hosts = new Hosts(gateway, clock, neighbours);
    this.#crowd = new Crowd({
      clock,
      topics: HEARD_LANES,
      stillValid,
      arm: (run) => wakes.set(run, 0),
      left: () => bricks.vitals.directory.active(),
      leaving: (client) => this.#left(client),
      slow: { reasonOf: ({ id }) => `session=${id}`, toldOf: laggingTopics, isLookedAfter: true },
    });
    const crowd = this.#crowd;
    this.#outgoing = new Outgoing(crowd);
    const outgoing = this.#outgoing;
    this.#conflation = new Conflation(clock, wakes, outgoing);
    this.#feeds = new Feeds({
      clock,
      wakes,
      randomFraction,
      link: hosts.link,
      refused: (feed, refusal) => this.#refused(feed, refusal),
    });
    const feeds = this.#feeds;
    this.#seating = new Seating({ clock, crowd, outgoing, feeds, replay: hosts.replay });
    const seating = this.#seating;
    this.#sessions = new Sessions({ gateway, sql, clock, timers });
    this.#watchdog = new Watchdog({ clock, crowd, feeds, pulse: hosts.pulse });
    this.#draining = new Draining(this.#visits, crowd, wakes);
    const existing = new ExistingNames(neighbours);
    const listings = new Listings(neighbours, clock);
    const wishes = new Wishes({ feeds, seating, openings: this.#openings, existing });
    const acknowledging = new Acknowledging({ crowd, outgoing, seating });
    const together = new Together(wakes);
    const talk = new Talk({ ...this.#parts(), acknowledging, wishes, listings, together });
    const dialect = { ops: GATEWAY_OPS, frame: gatewayFrame, plain: plainFrame };
    this.#listening = new Listening(clock, crowd, talk, dialect, undefined);
    this.#rounds = new Rounds({
      ...this.#parts(),
      gateway,
      neighbours,
      wakes,
      feeds,
      acknowledging,
      talk,
      watchdog: this.#watchdog,
      draining: this.#draining,
    });
    bricks.vitals.measures(BOUNDS, this.#sizes(existing, listings));
    this.#wake(wishes);
  }

  /** An upgrade that the edge has admitted. */
  open(ticket: SocketTicket, protocol: string | undefined): Response | Refusal {
    const { credential, envelope } = ticket;
    const refused = this.#refusal(credential.tenant);
    if (refused !== undefined) return refused;
    const { socket, response } = this.#options.port.open(protocol);
    const { traceparent } = envelope;
    const opening = {
      id: this.#sessions.newId(),
      credential,
      traceparent,
      strikes: 0,
      ...MANY_TOPICS,
    };
    const client = this.#crowd.admit(socket, opening);
    client.keep();
    const visit = new Visit(client);
    this.#visits.set(client, visit);
    const welcome: WelcomeMessage = {
      op: "welcome",
      session: visit.session,
      gateway: this.#options.gateway,
      heartbeatMs: HEARTBEAT_MS,
    };
    this.#crowd.say(client, [JSON.stringify(welcome)]);
    this.#rounds.start();
    return response;
  }

  message(socket: Socket, data: string | ArrayBuffer): void {
    const client = this.#crowd.of(socket);
    if (client !== undefined) this.#listening.take(client, data);
  }

  closed(socket: Socket): void {
    const client = this.#crowd.of(socket);
    // Hosts differ in who answers a close; one that has answered ignores ours.
    if (client !== undefined) this.#crowd.close(client, CLOSE_NORMAL, "");
  }

  told(actor: string, messages: readonly string[]): Taken {
    return this.toldTogether([{ actor, messages }])[0] ?? {};
  }

  /** What several actors tell at once leaves in one frame for each who listens. */
  toldTogether(calls: readonly Call[]): readonly Taken[] {
    const heard = calls.map(({ actor, messages }) => this.#feeds.told(actor, messages, this.#send));
    this.#outgoing.send();
    for (const feed of new Set(heard.flatMap(({ moved }) => [...moved]))) {
      this.#watchdog.heard(feed);
      this.#openings.settled(feed);
      this.#seating.moved(feed);
    }
    const now = this.#options.bricks.clock.now();
    return heard.map(({ taken }, index) => {
      const pauseMs = this.#rush.pauseAfter(calls[index]?.messages.length ?? 0, now);
      return pauseMs === 0 ? taken : { ...taken, pauseMs };
    });
  }

  drain(order: DrainOrder): void {
    this.#draining.begin(order);
    this.#rounds.drained();
  }

  /** The alarm's part. */
  wake(): void {
    this.#sessions.expire();
  }

  readonly #send = (lane: Lane, texts: readonly string[]): void => {
    this.#outgoing.add(lane, texts);
    this.#conflation.note(lane);
  };

  #parts() {
    return {
      clock: this.#options.bricks.clock,
      crowd: this.#crowd,
      visits: this.#visits,
      seating: this.#seating,
      sessions: this.#sessions,
      supersede: (session: string) => this.#supersede(session),
    };
  }

  #refusal(tenant: string): Refusal | undefined {
    if (this.#draining.isShut) return overloaded(FULL_RETRY_MS, "this gateway is drained");
    if (this.#crowd.size >= GATEWAY_CONNECTIONS_MAX)
      return overloaded(FULL_RETRY_MS, "too many connections to this gateway");
    return this.#crowd.countOf(tenant) >= GATEWAY_TENANT_MAX
      ? overloaded(FULL_RETRY_MS, "too many connections of this tenant to this gateway")
      : undefined;
  }

  /** Before its topics are left: where it stands is kept for whoever comes back. */
  #left(client: Client): void {
    const visit = this.#visits.get(client);
    if (visit === undefined) return;
    this.#visits.delete(client);
    visit.isGone = true;
    this.#sessions.closed(visit);
    for (const topic of [...visit.seats.keys()]) this.#seating.rise(visit, topic);
  }

  #refused(feed: Feed, refusal: { readonly code: string; readonly detail: string }): void {
    this.#openings.settled(feed, refusal);
    const text = errorText(undefined, refusal.code, `${feed.topic}: ${refusal.detail}`);
    for (const { client } of this.#seating.refused(feed)) this.#crowd.say(client, [text]);
  }

  #supersede(session: string): void {
    for (const visit of this.#visits.values())
      if (visit.session === session)
        this.#crowd.close(visit.client, CLOSE_NORMAL, "its session goes on in another connection");
  }

  /** After a load: connections that have slept through it, with all their topics. What they missed nobody knows, and they are told so. */
  #wake(wishes: Wishes): void {
    const open = new Set<string>();
    for (const socket of this.#options.port.list()) {
      const kept = keptOf(socket);
      if (kept === undefined) continue;
      open.add(kept.id);
      const visit = new Visit(this.#crowd.admit(socket, { ...kept, ...MANY_TOPICS }));
      this.#visits.set(visit.client, visit);
      const listens = this.#sessions.of(kept.id);
      for (const [name, conflateMs] of listens?.patterns ?? []) {
        const pattern = patternOf(name);
        if (!("code" in pattern)) visit.patterns.set(name, { pattern, conflateMs, isRefused: false });
      }
      for (const [topic, conflateMs] of listens?.topics ?? [])
        wishes.keep(visit, [{ topic, conflateMs, reason: "beyond-ring" }]);
    }
    this.#sessions.loaded(open);
    this.#rounds.start();
  }

  #sizes(existing: ExistingNames, listings: Listings): Readonly<Record<string, () => number>> {
    return {
      "table:session": () => this.#sessions.size,
      "memory:visits": () => this.#visits.size,
      "memory:listenings": () => this.#seating.size,
      "memory:feeds": () => this.#feeds.size,
      "memory:rings": () => this.#feeds.ringUnits,
      "memory:words": () => this.#feeds.asked,
      "memory:conflated": () => this.#conflation.size,
      "memory:openings": () => this.#openings.size,
      "memory:waiting": () => this.#seating.waiting,
      "memory:pulses": () => this.#watchdog.size,
      "memory:names": () => existing.size,
      "memory:asked-names": () => existing.asked,
      "memory:listings": () => listings.size,
    };
  }
}
