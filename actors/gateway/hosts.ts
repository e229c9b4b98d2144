/** Calls to the actors that host topics. Undefined where one did not answer in time. */
import type { ActorPorts } from "../../src/ports.ts";
import type { Clock } from "../runtime/clock.ts";
import { systemEnvelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { LinkHostApi, Pulse, ReplayFrom } from "../runtime/streams/link.ts";
import { ifWithin } from "../runtime/within.ts";
import { OPENING_MS_MAX } from "./limits.ts";

type Answer<Value> = Promise<ActorReply<Value> | undefined>;

export class Hosts {
  readonly #gateway: string;
  readonly #clock: Clock;
  readonly #neighbours: Pick<ActorPorts, "linkHost">;

  constructor(gateway: string, clock: Clock, neighbours: Pick<ActorPorts, "linkHost">) {
    this.#gateway = gateway;
    this.#clock = clock;
    this.#neighbours = neighbours;
  }

  readonly link = (actor: string, frame: string): Answer<null> =>
    this.#ask(actor, (host) => host.link(this.#envelope(), this.#gateway, frame));

  readonly replay = (actor: string, topic: string, from: ReplayFrom | undefined): Answer<readonly string[]> =>
    this.#ask(actor, (host) => host.replay(this.#envelope(), topic, from));

  readonly pulse = (actor: string): Answer<Pulse> =>
    this.#ask(actor, (host) => host.pulse(this.#envelope(), this.#gateway));

  /** A stub may throw before it calls. */
  #ask<Value>(actor: string, call: (host: LinkHostApi) => Promise<ActorReply<Value>>): Answer<Value> {
    const asked = async () => call(this.#neighbours.linkHost(actor));
    return ifWithin(asked(), OPENING_MS_MAX);
  }

  #envelope() {
    return systemEnvelope(this.#clock.now());
  }
}
