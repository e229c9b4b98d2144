/** Limit of [stream-2000] and [resume]: a bare object that sends the same frames to all in a loop, each with the time, and answers a frame with all of them. */
import { DurableObject } from "cloudflare:workers";

/** `FRAMES`: a JSON array of texts. */
type Env = { readonly BARE: DurableObjectNamespace<Bare>; readonly FRAMES: string };

const TIME = /"ts":\d+/g;

export class Bare extends DurableObject<Env> {
  readonly #frames = JSON.parse(this.env.FRAMES) as string[];
  override async fetch(_request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  override webSocketMessage(socket: WebSocket): void {
    socket.send(`[${this.#frames.join(",")}]`);
  }
  async tell(_body: string): Promise<void> {
    const sockets = this.ctx.getWebSockets();
    for (const frame of this.#frames) {
      const text = frame.replaceAll(TIME, `"ts":${Date.now()}`);
      for (const socket of sockets) socket.send(text);
    }
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const object = env.BARE.getByName("one");
    if (request.headers.get("upgrade") === "websocket") return object.fetch(request);
    await object.tell(await request.text());
    return new Response('{"accepted":20,"duplicates":0,"late":0,"rejected":[]}');
  },
};
