/** How much may be held at once: requests that are being read, wait or run, and the bytes of their bodies. */
import type { IncomingMessage } from "node:http";
import { RequestRefused } from "./sql-error.ts";

export interface IntakeBounds {
  readonly requestsMax: number;
  readonly bytesMax: number;
  readonly bodyBytesMax: number;
}

export class Intake {
  readonly #bounds: IntakeBounds;
  #requests = 0;
  #bytes = 0;

  constructor(bounds: IntakeBounds) {
    this.#bounds = bounds;
  }

  get requests(): number {
    return this.#requests;
  }

  /** Holds a place for one request while `work` runs; without a free place it is refused before its body is read. */
  async hold<T>(request: IncomingMessage, work: (body: Uint8Array<ArrayBuffer>) => Promise<T>): Promise<T> {
    if (this.#requests >= this.#bounds.requestsMax) throw busy(`${this.#requests} requests are waiting`);
    this.#requests += 1;
    const held = { bytes: 0 };
    try {
      return await work(await this.#readBody(request, held));
    } finally {
      this.#requests -= 1;
      this.#bytes -= held.bytes;
    }
  }

  async #readBody(request: IncomingMessage, held: { bytes: number }): Promise<Uint8Array<ArrayBuffer>> {
    const { bodyBytesMax, bytesMax } = this.#bounds;
    if (Number(request.headers["content-length"] ?? 0) > bodyBytesMax) throw bodyTooLarge(bodyBytesMax);
    const chunks: Uint8Array[] = [];
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      held.bytes += chunk.length;
      this.#bytes += chunk.length;
      if (held.bytes > bodyBytesMax) throw bodyTooLarge(bodyBytesMax);
      if (this.#bytes > bytesMax) throw busy(`the requests that wait hold ${this.#bytes} bytes`);
      chunks.push(chunk);
    }
    return joined(chunks, held.bytes);
  }
}

/** Its own memory, never a slice of Node's shared pool: it is handed over to the database's thread. */
function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

function busy(why: string): RequestRefused {
  return new RequestRefused(503, `too busy: ${why}`, "53300");
}

function bodyTooLarge(bytesMax: number): RequestRefused {
  return new RequestRefused(413, `request is too large (max is ${bytesMax} bytes)`);
}
