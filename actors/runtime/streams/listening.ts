/** What becomes of a client's frame: how fast and how large it may be, who waits for the credential, and the third mistake. */
import { CLOSE_POLICY, CLOSE_TOO_BIG, type FrameId } from "../../../src/contracts/streams.ts";
import type { Bound } from "../bounds.ts";
import type { Clock } from "../clock.ts";
import type { Connection } from "../connection.ts";
import type { Client } from "./client.ts";
import { type Dialect, idOf, type ReadFrame, readFrame } from "./client-frames.ts";
import type { Verdict } from "./credential-watch.ts";
import type { Crowd } from "./crowd.ts";
import { errorText } from "./message-text.ts";
import { TOO_SLOW_UNITS } from "./slow-clients.ts";

/** A frame may be cut or mistyped; who does it a third time does not speak the protocol. */
const STRIKES_MAX = 3;
/** Frames of one client that wait for its credential: several times what anybody keeps in flight. */
export const WAITING_FRAMES_MAX = 1_024;
/** Four of the largest frames. */
const WAITING_UNITS_MAX = 4 * 1_048_576;
/** Of all clients together: a thousand that may each let four MiB wait would be the end of the object. */
export const WAITING_UNITS_TOTAL_MAX = 16 * 1_048_576;
export const waitingUnitsBound: Bound = {
  collection: "memory:waitingUnits",
  max: WAITING_UNITS_TOTAL_MAX,
  unit: "bytes",
  atBound: "A further frame that has to wait for the look at its credential is refused `overloaded`.",
};
/** Replies to a client that listens and acknowledges nothing: as much as of topics. */
export const REPLIED_UNITS_MAX = TOO_SLOW_UNITS;

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

/** Who answers the standard ops: with what is said at once, in one frame. */
export type Answering<Frame> = { answer(client: Client, frame: Frame): readonly string[] };
type StandardFrame = { readonly op: string; readonly id?: FrameId | undefined };

type Read<Frame> = Exclude<ReadFrame<Frame>, { kind: "too-big" }>;
type Own = Extract<ReadFrame, { kind: "own" }>;

const OUTCOME_UNKNOWN = ["outcome-unknown", "it is not known whether it took effect"] as const;

export class Listening<Frame extends StandardFrame> {
  readonly #clock: Clock;
  readonly #crowd: Crowd;
  readonly #answering: Answering<Frame>;
  readonly #dialect: Dialect<Frame>;
  readonly #ops: SocketOps;
  readonly #isOwnOp: ((op: string) => boolean) | undefined;
  #waitingUnits = 0;

  constructor(
    clock: Clock,
    crowd: Crowd,
    answering: Answering<Frame>,
    dialect: Dialect<Frame>,
    ops: SocketOps | undefined,
  ) {
    this.#clock = clock;
    this.#crowd = crowd;
    this.#answering = answering;
    this.#dialect = dialect;
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

  /** A frame of an own op was refused before it was queued: nothing else bounds how many of those come. */
  refused(client: Client): void {
    if (!client.rates.refused.take(this.#clock.now()))
      this.#crowd.close(client, CLOSE_POLICY, "too many refused frames");
  }

  /** Undefined where the connection had to be closed. */
  #admitted(client: Client, data: string | ArrayBuffer): Read<Frame> | undefined {
    const close = (code: number, reason: string): undefined => {
      this.#crowd.close(client, code, reason);
    };
    if (typeof data !== "string") return close(CLOSE_POLICY, "frames are text");
    const frame = readFrame(data, this.#isOwnOp, this.#dialect);
    if (frame.kind === "too-big") return close(CLOSE_TOO_BIG, "the frame is too big");
    if (frame.kind !== "own" && !client.rates.frames.take(this.#clock.now()))
      return close(CLOSE_POLICY, "too many frames");
    return frame;
  }

  /** In order of arrival, once the issuer has said that the credential holds. */
  #wait(client: Client, frame: Read<Frame>, text: string): void {
    if (this.#waitingUnits + text.length > WAITING_UNITS_TOTAL_MAX) {
      if (frame.kind === "own") this.#refuseOwn(client, frame, "overloaded", "too many frames wait here");
      else this.#perform(client, frame, text, "unknown");
      return;
    }
    client.waitingFrames += 1;
    client.waitingUnits += text.length;
    if (client.waitingFrames > WAITING_FRAMES_MAX || client.waitingUnits > WAITING_UNITS_MAX) {
      this.#crowd.close(client, CLOSE_POLICY, "too many frames");
      return;
    }
    this.#waitingUnits += text.length;
    client.tail = client.tail.then(async () => {
      const verdict = await this.#crowd.look(client.standing);
      client.waitingFrames -= 1;
      client.waitingUnits -= text.length;
      this.#waitingUnits -= text.length;
      if (this.#crowd.of(client.socket) === client) this.#perform(client, frame, text, verdict);
    });
  }

  #perform(client: Client, frame: Read<Frame>, text: string, verdict: Verdict): void {
    switch (frame.kind) {
      case "standard":
        this.#answer(client, frame.frame);
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

  /** What a client asks for again and again is sent as fast as the rate allows; what an acknowledgement brings was held back for it. */
  #answer(client: Client, frame: Frame): void {
    const { answers } = client.rates;
    const isAck = frame.op === "ack";
    if (!isAck && answers.isSpent(this.#clock.now())) {
      this.#crowd.say(client, [
        errorText(frame.id, "overloaded", "too much was asked for: again in a second"),
      ]);
      return;
    }
    const texts = this.#answering.answer(client, frame);
    if (!isAck) for (const { length } of texts) answers.charge(length);
    this.#crowd.say(client, texts);
  }

  /** Only for somebody whose credential is known to hold. What an op throws tells nothing of its outcome. */
  #performOwn(client: Client, frame: Own, text: string, verdict: Verdict): void {
    const { op, message } = frame;
    if (verdict !== "valid")
      this.#refuseOwn(client, frame, "dependency-unavailable", "credentials cannot be checked now");
    else if (client.unacked > 0 && client.replied > REPLIED_UNITS_MAX)
      this.#refuseOwn(client, frame, "overloaded", "acknowledge first what was sent");
    else if (client.rates.replies.isSpent(this.#clock.now()))
      this.#refuseOwn(client, frame, "overloaded", "too much was answered: again in a second");
    else {
      const perform = async () => this.#ops[op]?.(client, message, text);
      perform().catch(() => this.#crowd.owe(client, errorText(idOf(message), ...OUTCOME_UNKNOWN)));
    }
  }

  #refuseOwn(client: Client, { message }: Own, code: string, detail: string): void {
    this.#crowd.owe(client, errorText(idOf(message), code, detail));
    this.refused(client);
  }
}
