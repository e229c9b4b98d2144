/** Frames on their way out, no faster than a server takes them: who says more than 100 a second is closed. */
import type { SocketLike, Surroundings } from "../surroundings.ts";

/** Half of what the server takes, so that a burst of a page's own frames has room beside. */
const FRAMES_PER_SECOND_MAX = 50;
const SECOND_MS = 1_000;

export class Sender {
  readonly #later: Surroundings["later"];
  readonly #waiting: string[] = [];
  #socket: SocketLike | undefined;
  #sent = 0;
  #cancel: (() => void) | undefined;

  constructor({ later }: Surroundings) {
    this.#later = later;
  }

  /** From now on to this connection; what waited for another one is of no use any more. */
  use(socket: SocketLike | undefined): void {
    this.#socket = socket;
    this.#waiting.length = 0;
    this.#sent = 0;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  send(frame: object): void {
    if (this.#socket === undefined) return;
    this.#waiting.push(JSON.stringify(frame));
    this.#flush();
  }

  #flush(): void {
    while (this.#sent < FRAMES_PER_SECOND_MAX) {
      const text = this.#waiting.shift();
      if (text === undefined) break;
      this.#sent += 1;
      this.#socket?.send(text);
    }
    if (this.#sent > 0) this.#cancel ??= this.#later(() => this.#nextSecond(), SECOND_MS);
  }

  #nextSecond(): void {
    this.#cancel = undefined;
    this.#sent = 0;
    this.#flush();
  }
}
