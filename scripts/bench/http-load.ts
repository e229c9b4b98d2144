/**
 * HTTP load over raw sockets: each connection has one request under way. Requests are bytes that were made before the clock starts,
 * and of a reply no more is read than where it ends, so that one core asks for several times what workerd answers.
 */
import { connect, type Socket } from "node:net";

export type LoadResult = {
  readonly seconds: number;
  readonly perSecond: number;
  /** From when a request was due to its whole reply, in milliseconds. */
  readonly latencies: Float64Array;
  readonly failed: number;
};

export type Load = {
  readonly port: number;
  readonly connections: number;
  readonly requests: readonly Buffer[];
  /** Requests a second, spread evenly and whatever the replies do; without it a connection goes on as soon as it is answered. */
  readonly rate?: number;
};

export async function httpLoad({ port, connections, requests, rate }: Load): Promise<LoadResult> {
  const lines = await Promise.all(Array.from({ length: connections }, () => Line.open(port)));
  const latencies = new Float64Array(requests.length);
  const startedAt = performance.now();
  let next = 0;
  let failed = 0;
  const dueAt = (index: number): number =>
    rate === undefined ? performance.now() : startedAt + (index * 1_000) / rate;
  await Promise.all(
    lines.map(async (line) => {
      while (next < requests.length) {
        const index = next++;
        const due = dueAt(index);
        await until(due);
        const status = await line.exchange(requests[index] as Buffer); // SAFETY: index is below the length.
        latencies[index] = performance.now() - due;
        if (status !== 200) failed += 1;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const line of lines) line.close();
  return { seconds, perSecond: requests.length / seconds, latencies, failed };
}

/** Timers are a millisecond coarse: what is left of a wait is passed by turns of the event loop. */
async function until(due: number): Promise<void> {
  for (let left = due - performance.now(); left > 0; left = due - performance.now()) {
    await new Promise<void>((resolve) => (left > 2 ? setTimeout(resolve, left - 1) : setImmediate(resolve)));
  }
}

export function requestBytes(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: bench",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

const HEAD_END = Buffer.from("\r\n\r\n");
const STATUS_AT = "HTTP/1.1 ".length;

class Line {
  readonly #socket: Socket;
  #parts: Buffer[] = [];
  #size = 0;
  /** Bytes of the reply that is coming; 0 while its head is not there. */
  #whole = 0;
  #status = 0;
  #resolve: (status: number) => void = () => {};
  #reject: (error: Error) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (part: Buffer) => this.#take(part));
    socket.on("error", (error) => this.#reject(error));
    socket.on("close", () => this.#reject(new Error("the connection was closed")));
  }

  static open(port: number): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", reject).once("connect", () => resolve(new Line(socket)));
    });
  }

  exchange(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(part: Buffer): void {
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#whole === 0) this.#readHead();
    if (this.#whole === 0 || this.#size < this.#whole) return;
    const status = this.#status;
    this.#parts = [];
    this.#size = 0;
    this.#whole = 0;
    this.#resolve(status);
  }

  #readHead(): void {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return;
    const head = bytes.latin1Slice(0, end);
    this.#status = Number(head.slice(STATUS_AT, STATUS_AT + 3));
    const length = /content-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) this.#reject(new Error("a reply without Content-Length"));
    this.#whole = end + HEAD_END.length + Number(length);
  }
}
