/**
 * Acknowledgements that are plainly right, without the schema: every client sends one a second and names up to a thousand topics in it, which the
 * schema takes milliseconds for. Whatever else is said goes through the schema; both say the same.
 */
import { GATEWAY_TOPICS_MAX, type GatewayFrame } from "../../src/contracts/gateway-streams.ts";
import { TOPIC_LENGTH_MAX } from "../../src/contracts/streams.ts";

type Message = Readonly<Record<string, unknown>>;
type Place = { readonly topic: string; readonly seq: number };

/** Undefined where the schema has to say. */
export function plainFrame(message: Message): GatewayFrame | undefined {
  const { op, topics } = message;
  if (op !== "ack") return undefined;
  const keys = Object.keys(message).length;
  if (keys === 3 && isPlace(message)) return { op, topic: message.topic, seq: message.seq };
  if (keys !== 2 || !Array.isArray(topics) || topics.length === 0 || topics.length > GATEWAY_TOPICS_MAX)
    return undefined;
  const places: readonly unknown[] = topics;
  return places.every(isPlainPlace) ? { op, topics: [...places] } : undefined;
}

const isPlainPlace = (value: unknown): value is Place =>
  typeof value === "object" && value !== null && Object.keys(value).length === 2 && isPlace(value);

const isPlace = (value: object): value is Place =>
  "topic" in value &&
  typeof value.topic === "string" &&
  value.topic.length > 0 &&
  value.topic.length <= TOPIC_LENGTH_MAX &&
  "seq" in value &&
  typeof value.seq === "number" &&
  Number.isSafeInteger(value.seq) &&
  value.seq >= 0 &&
  !Object.is(value.seq, -0);
