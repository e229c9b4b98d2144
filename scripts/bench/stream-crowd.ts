/** Thousands of sockets that count what they are sent, and of some of them how old it is. Of a frame no more is read than that. */
import { frameBytes, RawSocket } from "./raw-socket.ts";

/** Handshakes under way at a time: as many as a storm has, and no more than the kernel queues. */
const OPENING = 200;
/** Half a minute of refusals is a failure. */
const OPEN_TRIES_MAX = 60;
const RETRY_MS = 500;
/** A turn and its frames take some hundred milliseconds: after so long a silence nothing is on its way. */
const QUIET_MS = 600;
/** Members whose messages are dated: one in so many. */
const DATED_OF = 50;

const EPOCH = Buffer.from('"epoch":');
const TIME = Buffer.from('"ts":');
const OP = Buffer.from('{"op":');
const TIME_DIGITS = 13;

export class Member {
  readonly socket: RawSocket;
  /** Frames as they came, while somebody reads them. */
  readonly frames: string[] = [];

  constructor(socket: RawSocket) {
    this.socket = socket;
  }

  say(frame: object): void {
    this.socket.send(frameBytes(JSON.stringify(frame)));
  }
}

export class StreamCrowd {
  readonly members: readonly Member[];
  /** Milliseconds from the making of a message to its arrival. */
  readonly ages: number[] = [];
  #messages = 0;
  #frames = 0;
  #lastAt = 0;

  private constructor(members: readonly Member[]) {
    this.members = members;
  }

  /** `path` of each member by its index; `hear` until all are open, and then `count` takes over. */
  static async open(
    count: number,
    port: number,
    headers: Readonly<Record<string, string>>,
    path: (index: number) => string = () => "/v1/stream",
    greeted: (member: Member, index: number) => void = () => {},
  ): Promise<StreamCrowd> {
    const members: Member[] = [];
    let next = 0;
    const opening = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) {
        const member = new Member(await opened(port, path(index), headers));
        member.socket.onFrame = (payload) => void member.frames.push(payload.toString());
        members[index] = member;
        greeted(member, index);
      }
    };
    await Promise.all(Array.from({ length: OPENING }, opening));
    const crowd = new StreamCrowd(members);
    for (const { socket } of members)
      socket.onClose = (reason) => {
        throw new Error(`a member of the crowd at ${port}: ${reason}`);
      };
    return crowd;
  }

  get messages(): number {
    return this.#messages;
  }
  get frames(): number {
    return this.#frames;
  }

  /** From here on frames are counted and not kept. */
  count(): void {
    for (const [index, member] of this.members.entries()) {
      const isDated = index % DATED_OF === 0;
      member.socket.onFrame = (payload) => this.#take(payload, isDated);
    }
  }

  /** Messages a second, from the first cause to the last message; fewer than `expected` is an error. */
  async rate(expected: number, cause: () => Promise<void>): Promise<number> {
    this.#messages = 0;
    this.#frames = 0;
    this.ages.length = 0;
    const startedAt = performance.now();
    await cause();
    await this.quiet();
    if (this.#messages < expected)
      throw new Error(`${this.#messages} messages arrived, ${expected} were expected`);
    return this.#messages / ((this.#lastAt - startedAt) / 1_000);
  }

  async quiet(): Promise<void> {
    do {
      this.#lastAt = Math.max(this.#lastAt, performance.now() - QUIET_MS);
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 2));
    } while (performance.now() - this.#lastAt < QUIET_MS);
  }

  close(): void {
    for (const { socket } of this.members) socket.close();
  }

  /** A heartbeat names every topic and is no message. */
  #take(payload: Buffer, isDated: boolean): void {
    if (payload.subarray(0, OP.length).equals(OP)) return;
    this.#lastAt = performance.now();
    this.#frames += 1;
    for (let at = payload.indexOf(EPOCH); at >= 0; at = payload.indexOf(EPOCH, at + 1)) {
      this.#messages += 1;
      if (isDated) this.#date(payload, at);
    }
  }

  #date(payload: Buffer, from: number): void {
    const at = payload.indexOf(TIME, from);
    if (at < 0) return;
    const digits = payload.toString("latin1", at + TIME.length, at + TIME.length + TIME_DIGITS);
    this.ages.push(Date.now() - Number(digits));
  }
}

/** As any client in a storm: who is refused for now comes again. */
async function opened(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<RawSocket> {
  for (let tries = 1; ; tries++) {
    try {
      return await RawSocket.open(port, path, headers);
    } catch (error) {
      const isForNow = error instanceof Error && error.message.startsWith("HTTP/1.1 503");
      if (!isForNow || tries === OPEN_TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Waits until it is so; a machine that does other work gets its time. */
export async function until(isSo: () => boolean, what: string, patienceMs = 60_000): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!isSo()) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${patienceMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
