/** A WebSocket client as bare as can be: hundreds of them must not be what is slow. Frames are read whole; nothing else is done with them. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** The mask is there since the protocol wants one; of zeros, it leaves the text as it is. */
const NO_MASK = Buffer.alloc(4);

export class RawSocket {
  onFrame: (payload: Buffer) => void = () => {};
  onClose: (reason: string) => void = () => {};
  readonly #socket: Socket;
  /** What has come of a frame that is not whole yet, and from how much on it is worth a look: a large one comes in many parts. */
  #parts: Buffer[] = [];
  #size = 0;
  #wanted = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("close", () => this.onClose("the connection was closed"));
    socket.on("error", (error) => this.onClose(error.message));
  }

  static open(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawSocket> {
    const lines = [
      `GET ${path} HTTP/1.1`,
      "Host: bench",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
      socket.setNoDelay(true);
      socket.once("error", reject);
      let head = Buffer.alloc(0);
      const take = (part: Buffer): void => {
        head = Buffer.concat([head, part]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        socket.off("data", take);
        if (!head.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101"))) {
          reject(new Error(head.toString()));
          return;
        }
        const opened = new RawSocket(socket);
        socket.on("data", (more: Buffer) => opened.#take(more));
        resolve(opened);
        // A first frame may have come with the handshake; whoever opened hears it.
        queueMicrotask(() => setImmediate(() => opened.#take(head.subarray(end + 4))));
      };
      socket.on("data", take);
    });
  }

  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  close(): void {
    this.onClose = () => {};
    this.#socket.destroy();
  }

  #take(part: Buffer): void {
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#size < this.#wanted) return;
    let bytes = this.#parts.length === 1 ? part : Buffer.concat(this.#parts);
    for (let frame = frameIn(bytes); frame !== undefined; frame = frameIn(bytes)) {
      if (frame.isClose) {
        this.onClose(`closed ${frame.payload.readUInt16BE(0)} ${frame.payload.subarray(2)}`);
        return;
      }
      this.onFrame(frame.payload);
      bytes = bytes.subarray(frame.size);
    }
    this.#parts = bytes.length === 0 ? [] : [bytes];
    this.#size = bytes.length;
    this.#wanted = sizeOf(bytes) ?? 0;
  }
}

export function frameBytes(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? [0x81, 0x80 | payload.length]
      : [0x81, 0xfe, payload.length >> 8, payload.length & 255];
  if (payload.length > 65_535) throw new Error("no frame of the benchmark is that long");
  return Buffer.concat([Buffer.from(head), NO_MASK, payload]);
}

type Frame = { readonly payload: Buffer; readonly size: number; readonly isClose: boolean };

/** Servers send whole, unmasked frames. Undefined while the first has not all come. */
function frameIn(bytes: Buffer): Frame | undefined {
  const size = sizeOf(bytes);
  if (size === undefined || bytes.length < size) return undefined;
  const isClose = (bytes.readUInt8(0) & 0x0f) === 8;
  return { payload: bytes.subarray(headOf(bytes), size), size, isClose };
}

/** Of the first frame with its head; undefined where not even that has come. */
function sizeOf(bytes: Buffer): number | undefined {
  if (bytes.length < 2 || bytes.length < headOf(bytes)) return undefined;
  const short = lengthByte(bytes);
  if (short === LENGTH_16) return headOf(bytes) + bytes.readUInt16BE(2);
  return headOf(bytes) + (short === LENGTH_64 ? Number(bytes.readBigUInt64BE(2)) : short);
}

const LENGTH_16 = 126;
const LENGTH_64 = 127;
const lengthByte = (bytes: Buffer): number => bytes.readUInt8(1) & 0x7f;
const headOf = (bytes: Buffer): number => {
  const short = lengthByte(bytes);
  return short === LENGTH_16 ? 4 : short === LENGTH_64 ? 10 : 2;
};
