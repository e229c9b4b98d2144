/** What becomes of a client's frame: how fast and how large it may be, who waits for the credential, and the third mistake. */
import { CLOSE_POLICY, CLOSE_TOO_BIG, type FrameId } from "../../../src/contracts/streams.ts";
import type { Clock } from "../clock.ts";
import type { Connection } from "../connection.ts";
import type { Client } from "./client.ts";
import { idOf, type ReadFrame, readFrame } from "./client-frames.ts";
import type { Verdict } from "./credential-watch.ts";
import type { Crowd } from "./crowd.ts";
import { errorText } from "./message-text.ts";
import type { Subscribing } from "./subscribing.ts";

/** A frame may be cut or mistyped; who does it a third time does not speak the protocol. */
const STRIKES_MAX = 3;
/** Frames of one client that wait for its credential: several times what anybody keeps in flight. */
export const WAITING_FRAMES_MAX = 1_024;
/** Four of the largest frames. */
const WAITING_UNITS_MAX = 4 * 1_048_576;

/**
 * An op beyond the standard ones. `message` is the frame parsed and nothing more: the op checks its shape, and says `malformed` where it is
 * not right. Replies go through `sockets.reply`; those of a turn's `settle` leave after its commit, in one frame with all of the group.
 */
export type SocketOp = (
  connection: Connection,
  message: Readonly<Record<string, unknown>>,
  text: string,
) => void | Promise<void>;
export type SocketOps = Readonly<Record<string, SocketOp>>;

type Read = Exclude<ReadFrame, { kind: "too-big" }>;

export class Listening {
  readonly #clock: Clock;
  readonly #crowd: Crowd;
  readonly #subscribing: Subscribing;
  readonly #ops: SocketOps;
  readonly #isOwnOp: ((op: string) => boolean) | undefined;

  constructor(clock: Clock, crowd: Crowd, subscribing: Subscribing, ops: SocketOps | undefined) {
    this.#clock = clock;
    this.#crowd = crowd;
    this.#subscribing = subscribing;
    this.#ops = ops ?? {};
    this.#isOwnOp = ops === undefined ? undefined : (op) => Object.hasOwn(ops, op);
  }

  take(client: Client, data: string | ArrayBuffer): void {
    const frame = this.#admitted(client, data);
    if (frame === undefined) return;
    const verdict = this.#crowd.look(client.standing);
    if (verdict === "invalid") return;
    // SAFETY: only a text is admitted.
    const text = data as string;
    if (client.waitingFrames > 0 || (frame.kind === "own" && verdict instanceof Promise))
      this.#wait(client, frame, text);
    else this.#perform(client, frame, text, verdict instanceof Promise ? "unknown" : verdict);
  }

  malformed(client: Client, id: FrameId | undefined, code: string, detail: string): void {
    client.strikes += 1;
    client.keep();
    this.#crowd.say(client, [errorText(id, code, detail)]);
    if (client.strikes >= STRIKES_MAX) this.#crowd.close(client, CLOSE_POLICY, "frames that cannot be read");
  }

  /** Undefined where the connection had to be closed. */
  #admitted(client: Client, data: string | ArrayBuffer): Read | undefined {
    const close = (code: number, reason: string): undefined => {
      this.#crowd.close(client, code, reason);
    };
    if (typeof data !== "string") return close(CLOSE_POLICY, "frames are text");
    const frame = readFrame(data, this.#isOwnOp);
    if (frame.kind === "too-big") return close(CLOSE_TOO_BIG, "the frame is too big");
    if (frame.kind !== "own" && !client.rate.take(this.#clock.now()))
      return close(CLOSE_POLICY, "too many frames");
    return frame;
  }

  /** In order of arrival, once the issuer has said that the credential holds. */
  #wait(client: Client, frame: Read, text: string): void {
    client.waitingFrames += 1;
    client.waitingUnits += text.length;
    if (client.waitingFrames > WAITING_FRAMES_MAX || client.waitingUnits > WAITING_UNITS_MAX) {
      this.#crowd.close(client, CLOSE_POLICY, "too many frames");
      return;
    }
    client.tail = client.tail.then(async () => {
      const verdict = await this.#crowd.look(client.standing);
      client.waitingFrames -= 1;
      client.waitingUnits -= text.length;
      if (this.#crowd.of(client.socket) === client) this.#perform(client, frame, text, verdict);
    });
  }

  #perform(client: Client, frame: Read, text: string, verdict: Verdict): void {
    switch (frame.kind) {
      case "standard":
        this.#crowd.say(client, this.#subscribing.answer(client, frame.frame));
        break;
      case "own":
        this.#performOwn(client, frame, text, verdict);
        break;
      case "unknown-op":
        this.#crowd.say(client, [errorText(frame.id, frame.code, frame.detail)]);
        break;
      case "malformed":
        this.malformed(client, frame.id, frame.code, frame.detail);
        break;
    }
  }

  /** Only for somebody whose credential is known to hold. What an op throws tells nothing of its outcome. */
  #performOwn(client: Client, { op, message }: Read & { kind: "own" }, text: string, verdict: Verdict): void {
    const refuse = (code: string, detail: string) =>
      this.#crowd.owe(client, errorText(idOf(message), code, detail));
    if (verdict !== "valid") {
      refuse("dependency-unavailable", "credentials cannot be checked now");
      return;
    }
    const perform = async () => this.#ops[op]?.(client, message, text);
    perform().catch(() => refuse("outcome-unknown", "it is not known whether it took effect"));
  }
}
