/** What a stream says, read from its frames. What has not the right shape is passed over: a newer server may say more. */
import type {
  HeartbeatMessage,
  NoticeMessage,
  TopicStatus,
  WelcomeMessage,
} from "../../contracts/gateway-streams.ts";
import type { ResetReason, TopicError, TopicPosition } from "../../contracts/streams.ts";

/** A message of a topic as it came. */
export type TopicMessage = TopicPosition & {
  readonly ts: number;
  /** Of a conflated message: the sequence of the one that was sent before it. */
  readonly prev?: number;
  readonly type: string;
  readonly data: unknown;
  readonly reset?: { readonly reason: ResetReason };
};
export type AckMessage = {
  readonly op: "ack";
  readonly id?: string | number;
  readonly topics: readonly TopicPosition[];
  readonly errors: readonly TopicError[];
};
export type ErrorMessage = {
  readonly op: "error";
  readonly id?: string | number;
  readonly code: string;
  readonly detail: string;
};
export type OpMessage =
  | AckMessage
  | ErrorMessage
  | WelcomeMessage
  | HeartbeatMessage
  | NoticeMessage
  | { readonly op: "pong"; readonly id?: string | number };
/** What answers an op of the actor's own, such as `order`. */
export type OwnMessage = { readonly op: string; readonly id?: string | number };
export type ServerMessage = TopicMessage | OpMessage | OwnMessage;
export type { HeartbeatMessage, NoticeMessage, TopicStatus, WelcomeMessage };

export function messagesOf(frame: unknown): ServerMessage[] {
  if (typeof frame !== "string") return [];
  const parsed = parsedOf(frame);
  return (Array.isArray(parsed) ? parsed : [parsed]).filter(isMessage);
}

export const isOfTopic = (message: ServerMessage): message is TopicMessage => !("op" in message);

function parsedOf(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;
const LISTS: Readonly<Record<string, readonly string[]>> = { ack: ["topics", "errors"], hb: ["topics"] };

function isMessage(value: unknown): value is ServerMessage {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Fields;
  const { op, topic, epoch, seq, type } = fields;
  if (typeof op === "string") return (LISTS[op] ?? []).every((name) => Array.isArray(fields[name]));
  return [topic, epoch, type].every((one) => typeof one === "string") && Number.isSafeInteger(seq);
}
