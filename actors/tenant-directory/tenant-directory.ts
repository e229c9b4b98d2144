/** The accounts and strategies of one tenant by name. It parses, queues, commits and replies; the rules are in decide.ts. */
import { DurableObject } from "cloudflare:workers";
import { assert } from "../../src/domain/assert.ts";
import type { NodeKind } from "../../src/domain/firm.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { OutboxBatch } from "../runtime/fact.ts";
import { type ActorReply, answer } from "../runtime/reply.ts";
import type { InspectedApi } from "../runtime/standing.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { actorOf } from "./address.ts";
import { LANES } from "./lanes.ts";
import type { NamePage, StrategyQuery, TenantDirectoryApi } from "./messages.ts";
import { NodeTurns } from "./node-turns.ts";
import { MIGRATIONS, TenantStore } from "./store.ts";
import { TemplateTurns } from "./template-turns.ts";
import { TenantTurns } from "./turns.ts";

export class TenantDirectory extends DurableObject<Env> implements TenantDirectoryApi, InspectedApi {
  readonly #tenant = nameOf(this.ctx);
  readonly #bricks = new Bricks(this.ctx, {
    actor: actorOf(this.#tenant),
    migrations: MIGRATIONS,
    lanes: LANES,
    ...portsFrom(this.env),
  });
  readonly #store = new TenantStore(this.#bricks.sql);
  readonly #turns = new TenantTurns(this.#tenant, this.#store, this.#bricks);
  readonly #nodes = new NodeTurns(this.#tenant, this.#store.nodes, this.#bricks);
  readonly #templates = new TemplateTurns(this.#tenant, this.#store.templates, this.#bricks);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#bricks.writes(this.#store);
  }

  admitAccount(envelope: Envelope, account: string): Promise<ActorReply<null>> {
    const { decide, settle } = this.#turns.admitAccount(account);
    return this.#bricks.mailbox.run("admissions", envelope, account.length, decide, settle);
  }

  admitStrategy(envelope: Envelope, strategy: string, account: string): Promise<ActorReply<null>> {
    const { decide, settle } = this.#turns.admitStrategy(strategy, account);
    return this.#bricks.mailbox.run("admissions", envelope, strategy.length + account.length, decide, settle);
  }

  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>> {
    const units = batch.facts.reduce((sum, [, , , payload]) => sum + payload.length, 0);
    const { decide, settle } = this.#turns.receive(batch);
    return this.#bricks.mailbox.run("news", envelope, units, decide, settle);
  }

  async hasAccount(_envelope: Envelope, account: string): Promise<ActorReply<boolean>> {
    return answer(this.#store.hasAccount(account));
  }

  async accountOf(_envelope: Envelope, strategy: string): Promise<ActorReply<string>> {
    return this.#turns.accountOf(strategy);
  }

  async strategies(_envelope: Envelope, query: StrategyQuery): Promise<ActorReply<NamePage>> {
    return answer(this.#turns.strategies(query));
  }

  async group(_envelope: Envelope, group: string): Promise<ActorReply<string>> {
    return this.#turns.group(group);
  }

  async groups(_envelope: Envelope, query: { limit: number; after?: string }): Promise<ActorReply<NamePage>> {
    return answer(this.#turns.groups(query));
  }

  async accounts(
    _envelope: Envelope,
    query: { limit: number; after?: string },
  ): Promise<ActorReply<NamePage>> {
    return answer(this.#turns.accounts(query));
  }

  putTemplate(envelope: Envelope, template: string, body: string): Promise<ActorReply<string>> {
    const { decide, settle } = this.#templates.put(template, body, envelope.principal.subject);
    return this.#bricks.mailbox.run("templates", envelope, body.length, decide, settle);
  }

  removeTemplate(envelope: Envelope, template: string): Promise<ActorReply<null>> {
    const { decide, settle } = this.#templates.remove(template, envelope.principal.subject);
    return this.#bricks.mailbox.run("templates", envelope, template.length, decide, settle);
  }

  async template(_envelope: Envelope, template: string): Promise<ActorReply<string>> {
    return this.#templates.find(template);
  }

  async templates(
    _envelope: Envelope,
    query: { limit: number; after?: string },
  ): Promise<ActorReply<NamePage>> {
    return answer(this.#templates.list(query));
  }

  admitNode(
    envelope: Envelope,
    node: Parameters<TenantDirectoryApi["admitNode"]>[1],
  ): Promise<ActorReply<null>> {
    const { decide, settle } = this.#nodes.admit(node);
    return this.#bricks.mailbox.run("admissions", envelope, node.id.length, decide, settle);
  }

  async hasNode(_envelope: Envelope, kind: NodeKind, id: string): Promise<ActorReply<boolean>> {
    return answer(this.#nodes.has(kind, id));
  }

  async nodes(
    _envelope: Envelope,
    kind: NodeKind,
    query: { limit: number; after?: string },
  ): Promise<ActorReply<NamePage>> {
    return this.#nodes.list(kind, query);
  }

  inspect(): Promise<ActorReply<Inspection>> {
    return this.#bricks.inspect();
  }

  override alarm(): void {
    this.#bricks.takeDueTimers();
  }
}

function nameOf({ id }: DurableObjectState): string {
  assert(id.name !== undefined, "a tenant's directory is addressed by the tenant's name");
  return id.name;
}
