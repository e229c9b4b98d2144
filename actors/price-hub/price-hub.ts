/** One shard of the way that prices take: symbols tell it each change once, and it tells each subscriber in batches. */
import { DurableObject } from "cloudflare:workers";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { hubNameOf } from "./address.ts";
import { LANES } from "./bounds.ts";
import type { PriceHubApi, PriceUpdate, PushTaken, SubscriberName } from "./messages.ts";
import { Relay } from "./relay.ts";
import { HUB_MIGRATIONS } from "./store.ts";

export class PriceHub extends DurableObject<Env> implements PriceHubApi {
  readonly #hub = hubNameOf(this.ctx.id.name);
  readonly #ports = portsFrom(this.env);
  readonly #bricks = new Bricks(this.ctx, {
    actor: `price-hub:${this.#hub}`,
    migrations: HUB_MIGRATIONS,
    lanes: LANES,
    ...this.#ports,
  });
  readonly #relay = new Relay(this.#hub, this.#bricks, this.#ports.actors);

  async push(_envelope: Envelope, update: PriceUpdate): Promise<ActorReply<PushTaken>> {
    return this.#relay.push(update);
  }

  subscribe(
    envelope: Envelope,
    subscriber: SubscriberName,
    symbols: readonly Symbol[],
  ): Promise<ActorReply<null>> {
    return this.#relay.subscribe(envelope, subscriber, symbols);
  }

  unsubscribe(
    envelope: Envelope,
    subscriber: SubscriberName,
    symbols: readonly Symbol[],
  ): Promise<ActorReply<null>> {
    return this.#relay.unsubscribe(envelope, subscriber, symbols);
  }

  inspect(): Promise<ActorReply<Inspection>> {
    return this.#bricks.inspect();
  }

  override alarm(): void {
    this.#bricks.takeDueTimers();
    this.#relay.wake();
  }
}
