/** A real WebSocket to an actor's object, opened as the edge does it. */
import { SOCKET_HEADER, type SocketCredential, type SocketTicket } from "../../actors/runtime/connection.ts";
import { messagesOf, type Said } from "../support/stream-messages.ts";
import { envelopeNow } from "./envelope-now.ts";

const OTHERS: SocketCredential = { tenant: "default", subject: "root", scopes: ["market:read"] };
/** Enough for a frame to cross from one end of a pair to the other. */
const TURN_MS = 5;
const WAIT_MS_MAX = 20_000;

type Stub = Pick<DurableObjectStub, "fetch">;

export class StreamClient {
  readonly socket: WebSocket;
  readonly frames: string[] = [];
  closing: { readonly code: number; readonly reason: string } | undefined;

  #pings = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => void this.frames.push(String(data)));
    socket.addEventListener("close", ({ code, reason }) => {
      this.closing ??= { code, reason };
    });
    socket.accept();
  }

  static async open(stub: Stub, credential: SocketCredential = OTHERS): Promise<StreamClient> {
    const response = await upgrade(stub, credential);
    if (response.webSocket === null) throw new Error(`refused: ${await response.text()}`);
    return new StreamClient(response.webSocket);
  }

  say(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  get said(): Said[] {
    return this.frames.flatMap(messagesOf);
  }

  /** What came since the last call, once it is `count` messages or more. */
  async take(count = 1): Promise<Said[]> {
    await until(() => this.said.length >= count || this.closing !== undefined);
    return this.frames.splice(0).flatMap(messagesOf);
  }

  /** What came since the last call: frames arrive in order, so all of it is here when a ping is answered. */
  async settled(): Promise<Said[]> {
    this.#pings += 1;
    const id = `settled-${this.#pings}`;
    this.say({ op: "ping", id });
    const isAnswer = (frame: string) => frame.includes(`"${id}"`);
    await until(() => this.frames.some(isAnswer) || this.closing !== undefined);
    return this.frames
      .splice(0)
      .filter((frame) => !isAnswer(frame))
      .flatMap(messagesOf);
  }

  async closed(): Promise<{ readonly code: number; readonly reason: string } | undefined> {
    await until(() => this.closing !== undefined);
    return this.closing;
  }

  /** Says it, waits for the answer that ends with `done`. */
  async ask(frame: unknown, count = 1): Promise<Said[]> {
    this.say(frame);
    return this.take(count);
  }
}

export function upgrade(
  stub: Stub,
  credential: SocketCredential = OTHERS,
  protocol?: string,
): Promise<Response> {
  const ticket: SocketTicket = { envelope: envelopeNow(), credential };
  const headers = {
    upgrade: "websocket",
    [SOCKET_HEADER]: JSON.stringify(ticket),
    ...(protocol === undefined ? {} : { "sec-websocket-protocol": protocol }),
  };
  return stub.fetch("https://actor/stream", { headers });
}

export async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; waited < WAIT_MS_MAX && !isSo(); waited += TURN_MS)
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
}
