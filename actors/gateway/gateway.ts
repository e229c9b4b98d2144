/** Many topics of many actors for many clients, each on one socket. It hands on; the rules are in the files of this folder. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import { SOCKET_HEADER, type SocketTicket } from "../runtime/connection.ts";
import { durableSockets } from "../runtime/durable-sockets.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { refusedUpgrade } from "../runtime/sockets.ts";
import type { Taken } from "../runtime/streams/link.ts";
import type { Inspection } from "../runtime/vitals.ts";
import { gatewayActor, gatewayNameOf } from "./address.ts";
import { Desk, platformWakes } from "./desk.ts";
import { Gathering } from "./gathering.ts";
import type { DrainOrder, GatewayApi } from "./messages.ts";
import { MIGRATIONS } from "./store.ts";

export class Gateway extends DurableObject<Env> implements GatewayApi {
  readonly #gateway = gatewayNameOf(this.ctx.id.name);
  readonly #ports = portsFrom(this.env);
  readonly #bricks = new Bricks<never>(this.ctx, {
    actor: gatewayActor(this.#gateway),
    migrations: MIGRATIONS,
    lanes: {},
    ...this.#ports,
  });
  readonly #desk = new Desk({
    gateway: this.#gateway,
    bricks: this.#bricks,
    port: durableSockets(this.ctx),
    neighbours: this.#ports.actors,
    stillValid: this.#ports.stillValid,
  });

  readonly #gathering = new Gathering(platformWakes, (calls) => this.#desk.toldTogether(calls));

  async told(_envelope: Envelope, actor: string, messages: readonly string[]): Promise<ActorReply<Taken>> {
    return answer(await this.#gathering.told(actor, messages));
  }

  async drain(_envelope: Envelope, order: DrainOrder): Promise<ActorReply<null>> {
    this.#desk.drain(order);
    return answer(null);
  }

  inspect(): Promise<ActorReply<Inspection>> {
    return this.#bricks.inspect();
  }

  override async fetch(request: Request): Promise<Response> {
    const header = request.headers.get(SOCKET_HEADER);
    if (header === null) return refusedUpgrade(refusal("not-found"));
    // SAFETY: only the edge can reach this object, and it makes this header itself.
    const ticket = JSON.parse(header) as SocketTicket;
    const opened = this.#desk.open(ticket, request.headers.get("sec-websocket-protocol") ?? undefined);
    return opened instanceof Response ? opened : refusedUpgrade(opened);
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    this.#desk.message(socket, data);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#desk.closed(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#desk.closed(socket);
  }

  override alarm(): void {
    this.#bricks.takeDueTimers();
    this.#desk.wake();
  }
}
