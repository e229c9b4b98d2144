/** Limit of [order-ws] and [fan-out]: a bare object that answers each frame with as many bytes as we do, and sends to all in a loop. */
import { DurableObject } from "cloudflare:workers";

type Env = { readonly BARE: DurableObjectNamespace<Bare>; readonly REPLY: string };

export class Bare extends DurableObject<Env> {
  override async fetch(_request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  override webSocketMessage(socket: WebSocket, message: string): void {
    socket.send(this.env.REPLY === "" ? message : this.env.REPLY);
  }
  async tell(_body: string): Promise<void> {
    for (const socket of this.ctx.getWebSockets()) socket.send(this.env.REPLY);
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const object = env.BARE.getByName("one");
    if (request.headers.get("upgrade") === "websocket") return object.fetch(request);
    await object.tell(await request.text());
    return new Response('{"accepted":1,"duplicates":0,"late":0,"rejected":[]}');
  },
};
