/** One strategy of an account: what it holds, what that is worth, and its candles. It parses, queues, commits and replies; the rules are in decide.ts. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { type PriceBatch, readPriceBatch } from "../price-hub/messages.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { OutboxBatch } from "../runtime/fact.ts";
import type { ActorReply } from "../runtime/reply.ts";
import type { Pulse, ReplayFrom } from "../runtime/streams/link.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { strategyAddress } from "./address.ts";
import { LANES } from "./bounds.ts";
import { Desk } from "./desk.ts";
import type { M2mPage, M2mQuery, StatisticsQuery, StrategyApi } from "./messages.ts";
import { MIGRATIONS } from "./store.ts";

export class Strategy extends DurableObject<Env> implements StrategyApi {
  readonly #address = strategyAddress(this.ctx.id.name);
  readonly #ports = portsFrom(this.env);
  readonly #bricks = new Bricks(this.ctx, {
    actor: this.#address.actor,
    migrations: MIGRATIONS,
    lanes: LANES,
    ...this.#ports,
  });
  readonly #desk = new Desk(this.#address, this.#bricks, this.#ports.actors, this.#ports.log);

  receive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<{ watermark: number }>> {
    return this.#desk.receive(envelope, batch);
  }

  prices(envelope: Envelope, sent: string | PriceBatch): Promise<ActorReply<null>> {
    return readPriceBatch(sent, (batch) => this.#desk.prices(envelope, batch));
  }

  async describe(): Promise<ActorReply<string>> {
    return this.#desk.describe();
  }

  async positions(): Promise<ActorReply<string>> {
    return this.#desk.positions();
  }

  pnl(envelope: Envelope, method: string): Promise<ActorReply<string>> {
    return this.#desk.pnl(envelope, method);
  }

  async m2m(_envelope: Envelope, query: M2mQuery): Promise<ActorReply<M2mPage>> {
    return this.#desk.m2m(query);
  }

  async statistics(_envelope: Envelope, query: StatisticsQuery): Promise<ActorReply<string>> {
    return this.#desk.statistics(query);
  }

  async link(_envelope: Envelope, gateway: string, frame: string): Promise<ActorReply<null>> {
    return this.#desk.link(gateway, frame);
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
    return this.#desk.connect(request);
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void | Promise<void> {
    return this.#bricks.sockets.message(socket, data);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#bricks.sockets.closed(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#bricks.sockets.closed(socket);
  }

  override async alarm(): Promise<void> {
    await this.#desk.wake(this.#bricks.takeDueTimers());
  }
}
