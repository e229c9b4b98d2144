/** A TCP link in front of a server that can be made to trickle: what a sick network does to a connection, without cutting it. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { Transform, type TransformCallback } from "node:stream";

const TICK_MS = 100; // The trickle comes in drops of this length.

export class SlowLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #bytesPerSecond = Number.POSITIVE_INFINITY;

  private constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, "127.0.0.1");
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on("error", () => other.destroy());
        socket.on("close", () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(new Trickle(() => this.#bytesPerSecond)).pipe(other);
      }
    });
  }

  static async to(port: number): Promise<SlowLink> {
    const link = new SlowLink(port);
    await new Promise<void>((resolve) => link.#server.listen(0, "127.0.0.1", resolve));
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // SAFETY: it listens on TCP.
  }

  /** Each connection and direction for itself, from now on; 0 is a peer that is gone without a word. */
  limit(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

class Trickle extends Transform {
  readonly #bytesPerSecond: () => number;

  constructor(bytesPerSecond: () => number) {
    super();
    this.#bytesPerSecond = bytesPerSecond;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const allowed = Math.floor((this.#bytesPerSecond() * TICK_MS) / 1_000);
    if (allowed > 0) this.push(chunk.subarray(0, allowed));
    if (chunk.length <= allowed) done();
    else setTimeout(() => this._transform(chunk.subarray(allowed), _encoding, done), TICK_MS);
  }
}
