/** What a stream says, read from its frames. What has not the right shape is passed over: a newer server may say more. */

export type TopicMessage = {
  readonly topic: string;
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
  readonly type: string;
  readonly data: unknown;
};
type NamedTopic = { readonly topic: string };
export type OpMessage = {
  readonly op: string;
  /** Of an `ack`: what is subscribed now, and what could not be. */
  readonly topics?: readonly NamedTopic[];
  readonly errors?: readonly NamedTopic[];
};
export type StreamMessage = TopicMessage | OpMessage;

export function messagesOf(frame: unknown): StreamMessage[] {
  if (typeof frame !== "string") return [];
  const parsed = parsedOf(frame);
  return (Array.isArray(parsed) ? parsed : [parsed]).filter(isMessage);
}

function parsedOf(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
}

function isMessage(value: unknown): value is StreamMessage {
  if (typeof value !== "object" || value === null) return false;
  const { op, topic, epoch, seq, type } = value as Readonly<Record<string, unknown>>;
  if (typeof op === "string") return true;
  return [topic, epoch, type].every((one) => typeof one === "string") && Number.isSafeInteger(seq);
}
