/** Which gateways there are, and who connects to which. It parses, queues, commits and replies; the rules are in decide.ts. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { GATEWAY_DIRECTORY } from "./address.ts";
import { LANES } from "./lanes.ts";
import type {
  AssignWish,
  GatewayDirectoryApi,
  GatewayLoad,
  GatewayPage,
  GatewayStanding,
} from "./messages.ts";
import { GatewayStore, MIGRATIONS } from "./store.ts";
import { GatewayTurns } from "./turns.ts";

/** Texts that a command brings: a name or two. */
const COMMAND_UNITS = 64;

export class GatewayDirectory extends DurableObject<Env> implements GatewayDirectoryApi, InspectedApi {
  readonly #bricks = new Bricks(this.ctx, {
    actor: `gateway-directory:${GATEWAY_DIRECTORY}`,
    migrations: MIGRATIONS,
    lanes: LANES,
    ...portsFrom(this.env),
  });
  readonly #store = new GatewayStore(this.#bricks.sql);
  readonly #turns = new GatewayTurns(this.#store, this.#bricks);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#bricks.writes(this.#store);
  }

  assign(envelope: Envelope, wish: AssignWish): Promise<ActorReply<string>> {
    return this.#run("assignments", envelope, this.#turns.assign(wish));
  }

  report(envelope: Envelope, load: GatewayLoad): Promise<ActorReply<GatewayStanding>> {
    return this.#run("reports", envelope, this.#turns.report(load));
  }

  async list(
    _envelope: Envelope,
    query: { limit: number; after?: string },
  ): Promise<ActorReply<GatewayPage>> {
    return answer(this.#turns.list(query));
  }

  add(envelope: Envelope): Promise<ActorReply<string>> {
    return this.#run("operations", envelope, this.#turns.add());
  }

  drain(envelope: Envelope, gateway: string, keep: boolean): Promise<ActorReply<string>> {
    return this.#run("operations", envelope, this.#turns.drain(gateway, keep));
  }

  inspect(): Promise<ActorReply<Inspection>> {
    return this.#bricks.inspect();
  }

  override alarm(): void {
    this.#bricks.takeDueTimers();
  }

  #run<D, V>(lane: keyof typeof LANES, envelope: Envelope, turn: Turn<D, V>): Promise<ActorReply<V>> {
    return this.#bricks.mailbox.run(lane, envelope, COMMAND_UNITS, turn.decide, turn.settle);
  }
}
