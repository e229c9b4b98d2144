/** Limit of [risk-ws]: a bare object that parses each frame and answers as many bytes as we do. */
import { DurableObject } from "cloudflare:workers";

type Env = { readonly BARE: DurableObjectNamespace<Bare>; readonly REPLY: string };

export class Bare extends DurableObject<Env> {
  override async fetch(_request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  override webSocketMessage(socket: WebSocket, message: string): void {
    JSON.parse(message);
    socket.send(this.env.REPLY);
  }
}

export default {
  fetch: (request: Request, env: Env): Promise<Response> => env.BARE.getByName("one").fetch(request),
};
