/** A WebSocket client as bare as can be: hundreds of them must not be what is slow. Frames are read whole; nothing else is done with them. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** The mask is there since the protocol wants one; of zeros, it leaves the text as it is. */
const NO_MASK = Buffer.alloc(4);

export class RawSocket {
  onFrame: (payload: Buffer) => void = () => {};
  onClose: (reason: string) => void = () => {};
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);

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
    let bytes = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part]);
    for (let frame = frameIn(bytes); frame !== undefined; frame = frameIn(bytes)) {
      if (frame.isClose) {
        this.onClose(`closed ${frame.payload.readUInt16BE(0)} ${frame.payload.subarray(2)}`);
        return;
      }
      this.onFrame(frame.payload);
      bytes = bytes.subarray(frame.size);
    }
    this.#rest = bytes;
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
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const at = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < at) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < at + length) return undefined;
  const isClose = (bytes.readUInt8(0) & 0x0f) === 8;
  return { payload: bytes.subarray(at, at + length), size: at + length, isClose };
}
