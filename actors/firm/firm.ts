/** A firm, a desk, or the quotas of a split account. It parses, queues, commits and replies; the rules are in decide.ts and in escrow. */
import { DurableObject } from "cloudflare:workers";
import { assert } from "../../src/domain/assert.ts";
import type { NodeKind } from "../../src/domain/firm.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { Amounts, ChildName, NodeName, QuotaAsk, QuotaReply } from "../runtime/escrow/messages.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { actorOf, addressIn } from "./address.ts";
import { FirmDesk } from "./desk.ts";
import { LANES } from "./lanes.ts";
import type { FirmApi, ParentTerms, QuotaPage } from "./messages.ts";
import { newIncarnation, People } from "./people.ts";
import { FirmStore, MIGRATIONS } from "./store.ts";
import { FirmTurns } from "./turns.ts";

export class Firm extends DurableObject<Env> implements FirmApi {
  readonly #name = nameOf(this.ctx);
  readonly #ports = portsFrom(this.env);
  readonly #bricks = new Bricks(this.ctx, {
    actor: actorOf(this.#name),
    migrations: MIGRATIONS,
    lanes: LANES,
    ...this.#ports,
  });
  readonly #store = new FirmStore(
    this.#bricks.sql,
    addressIn(this.#name),
    this.#bricks.clock.now(),
    newIncarnation(),
  );
  readonly #turns = new FirmTurns(this.#store, this.#bricks);
  readonly #desk = new FirmDesk(this.#name, this.#turns, this.#bricks, this.#ports.actors);
  readonly #people = new People(this.#desk, (version) => this.#store.limitsAt(version));

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#bricks.writes(this.#store);
  }

  put(envelope: Envelope, kind: NodeKind, body: string): Promise<ActorReply<string>> {
    return this.#people.put(envelope, kind, body);
  }

  node(_envelope: Envelope, kind: NodeKind): Promise<ActorReply<string>> {
    return this.#people.node(kind);
  }

  async terms(_envelope: Envelope): Promise<ActorReply<ParentTerms>> {
    return this.#people.terms();
  }

  putLimits(envelope: Envelope, kind: NodeKind, body: string, ifMatch?: string): Promise<ActorReply<string>> {
    return this.#people.putLimits(envelope, kind, body, ifMatch);
  }

  async limits(_envelope: Envelope, kind: NodeKind, version?: number): Promise<ActorReply<string>> {
    return this.#people.limits(kind, version);
  }

  setState(envelope: Envelope, kind: NodeKind, body: string): Promise<ActorReply<string>> {
    return this.#people.setState(envelope, kind, body);
  }

  quota(
    _envelope: Envelope,
    kind: NodeKind,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<ActorReply<QuotaPage>> {
    return this.#people.quota(kind, page);
  }

  async fenced(_envelope: Envelope): Promise<ActorReply<readonly ChildName[]>> {
    return this.#people.fenced();
  }

  admit(envelope: Envelope, kind: NodeKind, child: string, body: string): Promise<ActorReply<string>> {
    return this.#people.admit(envelope, kind, child, body);
  }

  ask(envelope: Envelope, ask: QuotaAsk): Promise<ActorReply<QuotaReply>> {
    return this.#desk.ask(envelope, ask);
  }

  leave(
    envelope: Envelope,
    child: ChildName,
    incarnation: string,
    committed: Amounts,
    heir?: ChildName,
  ): Promise<ActorReply<null>> {
    return this.#desk.leave(envelope, child, incarnation, committed, heir);
  }

  dissolve(envelope: Envelope, holding?: string): Promise<ActorReply<string | null>> {
    return this.#desk.dissolve(envelope, holding);
  }

  parentCalls(_envelope: Envelope, _node: NodeName): Promise<ActorReply<string>> {
    return this.#desk.parentCalls();
  }

  inspect(): Promise<ActorReply<Inspection>> {
    return this.#bricks.inspect();
  }

  override alarm(): void {
    this.#desk.fired(this.#bricks.takeDueTimers());
  }
}

function nameOf({ id }: DurableObjectState): string {
  assert(id.name !== undefined, "a firm or desk is addressed by tenant and id");
  return id.name;
}
