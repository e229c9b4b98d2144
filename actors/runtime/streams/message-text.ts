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

/** One message stands alone, several as an array. */
export const frameText = (messages: readonly string[]): string =>
  messages.length === 1 && messages[0] !== undefined ? messages[0] : `[${messages.join(",")}]`;

/** One frame of both, replies first. `frame` is one message or an array of them. */
export function withReplies(replies: readonly string[], frame: string): string {
  const messages = frame.startsWith("[") ? frame.slice(1, -1) : frame;
  return `[${replies.join(",")},${messages}]`;
}
