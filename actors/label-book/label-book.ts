/** The labels of one tenant, with every version that there was. It parses, queues, commits and replies; the rules are in decide.ts. */
import { DurableObject } from "cloudflare:workers";
import { assert } from "../../src/domain/assert.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer } from "../runtime/reply.ts";
import type { Pulse, ReplayFrom } from "../runtime/streams/link.ts";
import type { Turn } from "../runtime/turn.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { actorOf } from "./address.ts";
import { attemptOf } from "./attempt.ts";
import { LabelStream } from "./label-stream.ts";
import { LANES } from "./lanes.ts";
import {
  type LabelBookApi,
  type LabelPage,
  type LabelQuery,
  parseLabelPatch,
  parseNewLabel,
  type VersionPage,
  type VersionQuery,
} from "./messages.ts";
import { LabelStore, MIGRATIONS } from "./store.ts";
import { LabelTurns } from "./turns.ts";

export class LabelBook extends DurableObject<Env> implements LabelBookApi {
  readonly #tenant = nameOf(this.ctx);
  readonly #bricks = new Bricks(this.ctx, {
    actor: actorOf(this.#tenant),
    migrations: MIGRATIONS,
    lanes: LANES,
    ...portsFrom(this.env),
  });
  readonly #store = new LabelStore(this.#bricks.sql, () => this.#bricks.outbox.archivedSeq);
  readonly #turns = new LabelTurns(this.#tenant, this.#store, this.#bricks);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sockets } = this.#bricks;
    this.#bricks.writes(this.#store);
    const stream = new LabelStream(this.#store, sockets);
    sockets.host({ topicOf: stream.topicOf, initialTopics: [] });
    this.#turns.listener = stream;
  }

  async create(envelope: Envelope, body: string): Promise<ActorReply<string>> {
    const parsed = parseNewLabel(body);
    if (!parsed.ok) return parsed;
    const attempt = await attemptOf(envelope, parsed.value);
    const turn = this.#turns.create(parsed.value, attempt, envelope.principal.subject);
    return this.#run("changes", envelope, body.length, turn);
  }

  async list(_envelope: Envelope, query: LabelQuery): Promise<ActorReply<LabelPage>> {
    return answer(this.#turns.list(query));
  }

  async read(_envelope: Envelope, label: string): Promise<ActorReply<string>> {
    return this.#turns.read(label);
  }

  async change(
    envelope: Envelope,
    label: string,
    body: string,
    ifMatch?: string,
  ): Promise<ActorReply<string>> {
    const parsed = parseLabelPatch(body);
    if (!parsed.ok) return parsed;
    const turn = this.#turns.change(label, parsed.value, ifMatch, envelope.principal.subject);
    return this.#run("changes", envelope, body.length, turn);
  }

  async remove(envelope: Envelope, label: string, ifMatch?: string): Promise<ActorReply<null>> {
    const turn = this.#turns.remove(label, ifMatch, envelope.principal.subject);
    return this.#run("deletions", envelope, label.length, turn);
  }

  async history(_envelope: Envelope, label: string, query: VersionQuery): Promise<ActorReply<VersionPage>> {
    return this.#turns.history(label, query);
  }

  async link(_envelope: Envelope, gateway: string, frame: string): Promise<ActorReply<null>> {
    return this.#bricks.sockets.link(gateway, frame);
  }

  async replay(
    _envelope: Envelope,
    topic: string,
    from?: ReplayFrom,
  ): Promise<ActorReply<readonly string[]>> {
    return this.#bricks.sockets.replay(topic, from);
  }

  async pulse(_envelope: Envelope, gateway?: string): Promise<ActorReply<Pulse>> {
    return this.#bricks.sockets.pulse(gateway);
  }

  inspect(): Promise<ActorReply<Inspection>> {
    return this.#bricks.inspect();
  }

  override fetch(request: Request): Promise<Response> {
    return this.#bricks.sockets.fetch(request);
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    this.#bricks.sockets.message(socket, data);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#bricks.sockets.closed(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#bricks.sockets.closed(socket);
  }

  override alarm(): void {
    this.#bricks.takeDueTimers();
  }

  #run<D, V>(lane: keyof typeof LANES, envelope: Envelope, units: number, turn: Turn<D, V>) {
    return this.#bricks.mailbox.run(lane, envelope, units, turn.decide, turn.settle);
  }
}

function nameOf({ id }: DurableObjectState): string {
  assert(id.name !== undefined, "a label book is addressed by the tenant's name");
  return id.name;
}
