/** The texts of a stream. They are put together and not stringified: a message is built once and sent to hundreds. */
import type { FrameId, ResetReason, TopicError, TopicPosition } from "../../../src/contracts/streams.ts";

export type Place = TopicPosition;

/** What stands before the sequence in every message of a topic. */
export const headOf = (topic: string, epoch: string): string =>
  `{"topic":${JSON.stringify(topic)},"epoch":${JSON.stringify(epoch)},"seq":`;

export const messageText = (
  head: string,
  seq: number,
  ts: number,
  type: string,
  data: string,
  reset?: ResetReason,
): string => {
  const because = reset === undefined ? "" : `"reset":{"reason":"${reset}"},`;
  return `${head}${seq},"ts":${ts},"type":"${type}",${because}"data":${data}}`;
};

export const ackText = (
  id: FrameId | undefined,
  topics: readonly Place[],
  errors: readonly TopicError[],
): string => JSON.stringify({ op: "ack", id, topics, errors });

export const pongText = (id: FrameId | undefined): string => JSON.stringify({ op: "pong", id });

export const errorText = (id: FrameId | undefined, code: string, detail: string): string =>
  JSON.stringify({ op: "error", id, code, detail });

/** What stands before a message's data: read without reading the data. */
export type Head = {
  readonly topic: string;
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
  readonly type: string;
  readonly isReset: boolean;
  /** Of a reset. */
  readonly reason: ResetReason | undefined;
  /** Where the data begins; it ends before the last character. */
  readonly dataAt: number;
};

/** As `headOf` and `messageText` write it. Names and epochs hold nothing that JSON escapes. */
const HEAD =
  /^\{"topic":"([^"\\]*)","epoch":"([^"\\]*)","seq":(\d+),"ts":(\d+),"type":"([a-z-]+)",(?:"reset":\{"reason":"([a-z-]+)"\},)?"data":/;

/** Undefined for an ack, a pong and an error. */
export function readHead(text: string): Head | undefined {
  const found = HEAD.exec(text);
  if (found === null) return undefined;
  const [whole, topic = "", epoch = "", seq, ts, type = "", reason] = found;
  return {
    topic,
    epoch,
    seq: Number(seq),
    ts: Number(ts),
    type,
    isReset: reason !== undefined,
    // SAFETY: `messageText` writes no other.
    reason: reason as ResetReason | undefined,
    dataAt: whole.length,
  };
}

/** One message stands alone, several as an array. */
export const frameText = (messages: readonly string[]): string =>
  messages.length === 1 && messages[0] !== undefined ? messages[0] : `[${messages.join(",")}]`;

/** Text of one frame: a client reads the first answers while the others are on their way. A longer message stands alone in its own. */
export const FRAME_UNITS_MAX = 65_536;

/** As few frames as hold them, in order. */
export function frameTexts(messages: readonly string[]): string[] {
  const frames: string[] = [];
  let from = 0;
  let units = 0;
  for (const [at, { length }] of messages.entries()) {
    if (at > from && units + length > FRAME_UNITS_MAX) {
      frames.push(frameText(messages.slice(from, at)));
      from = at;
      units = 0;
    }
    units += length;
  }
  if (from < messages.length) frames.push(frameText(messages.slice(from)));
  return frames;
}

/** Replies first, and with the last of them the frame of messages where it still fits. */
export function withReplies(replies: readonly string[], frame: string): string[] {
  const frames = frameTexts(replies);
  const last = frames.at(-1) ?? "";
  if (frames.length === 0 || last.length + frame.length > FRAME_UNITS_MAX) return [...frames, frame];
  return [...frames.slice(0, -1), `[${listed(last)},${listed(frame)}]`];
}

const listed = (frame: string): string => (frame.startsWith("[") ? frame.slice(1, -1) : frame);
