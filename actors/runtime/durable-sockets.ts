/** Hibernating WebSockets of a Durable Object. No tags: what is known of a socket is in its attachment. */
import type { SocketPort } from "./socket-port.ts";

/** The protocol's number for a socket that neither end has closed. */
const OPEN = 1;

export const durableSockets = (ctx: DurableObjectState): SocketPort => ({
  open(protocol) {
    const { 0: client, 1: server } = new WebSocketPair();
    ctx.acceptWebSocket(server);
    const headers = protocol === undefined ? {} : { "sec-websocket-protocol": protocol };
    return { socket: server, response: new Response(null, { status: 101, webSocket: client, headers }) };
  },
  list: () => ctx.getWebSockets().filter(({ readyState }) => readyState === OPEN),
});
