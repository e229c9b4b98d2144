/** A client of streams through the Worker's front door, and the calls that a test makes beside it. */
import { SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";

const { TEST_ROOT_KEY } = env as unknown as { TEST_ROOT_KEY: string };
export const ROOT = { authorization: `Bearer ${TEST_ROOT_KEY}` };
export type Json = Record<string, unknown>;
export type Message = Json & { readonly op?: string; readonly type?: string; readonly data?: unknown };

export async function call(
  method: string,
  path: string,
  json?: unknown,
  headers: Record<string, string> = ROOT,
): Promise<{ status: number; body: Json }> {
  const response = await SELF.fetch(`http://outcry.test${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Json };
}

export const upgrade = (path: string, headers: Record<string, string> = ROOT): Promise<Response> =>
  SELF.fetch(`http://outcry.test${path}`, { headers: { upgrade: "websocket", ...headers } });

export class SocketClient {
  readonly messages: Message[] = [];
  /** How many messages each frame had. */
  readonly frames: number[] = [];
  closing: { readonly code: number; readonly reason: string } | undefined;
  readonly #socket: WebSocket;
  #read = 0;
  #waiting: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const messages = [JSON.parse(String(data)) as Message | Message[]].flat();
      this.frames.push(messages.length);
      this.messages.push(...messages);
      this.#waiting?.();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closing = { code, reason };
      this.#waiting?.();
    });
    socket.accept();
  }

  static async open(path: string, headers?: Record<string, string>): Promise<SocketClient> {
    const { webSocket, status } = await upgrade(path, headers);
    if (webSocket === null) throw new Error(`${path} answered ${status}`);
    return new SocketClient(webSocket);
  }

  send(frame: object | string): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The next message that is one of these; those before it count as read. */
  async next(isWanted: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      for (; this.#read < this.messages.length; this.#read++) {
        const message = this.messages[this.#read];
        if (message !== undefined && isWanted(message)) {
          this.#read++;
          return message;
        }
      }
      if (this.closing !== undefined) throw new Error(`closed: ${JSON.stringify(this.closing)}`);
      await this.#something();
    }
  }

  /** Sends it and waits for the message that carries its id. */
  async ask(frame: Json): Promise<Message> {
    this.send(frame);
    return this.next(({ op, id }) => op !== undefined && id === frame["id"]);
  }

  async closed(): Promise<{ readonly code: number; readonly reason: string }> {
    while (this.closing === undefined) await this.#something();
    return this.closing;
  }

  close(): void {
    this.#socket.close(1000, "");
  }

  #something(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}
