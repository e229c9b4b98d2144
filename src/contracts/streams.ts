/**
 * What is said on a stream. A frame of a client is one JSON object; a frame of the server is one message or an array of them, in order,
 * of at most 65,536 characters unless a single message is longer.
 *
 * After `subscribe` comes the ack with the full set, then one `snap` at seq s for each new topic, then s+1, s+2 …. A client acknowledges
 * what it has taken in with `ack`: one that lets more than 1 MiB stand is told `lagging` and gets nothing more until it has caught up;
 * 10 s or 4 MiB later the connection is closed with 4008 and the reason `<topic>=<seq> …`, from where `resume` goes on. Where messages
 * were left out on the way, the next one is a `snap` with `reset`. Who asks for snapshots and replays of more than 8 MiB at once, or 1 MiB a
 * second after that, is answered by an error `overloaded` and asks again a second later.
 */
import { z } from "zod";

/** Topics of one connection to one actor: every chart of a trader's desk, many times over. */
export const TOPICS_PER_CONNECTION_MAX = 100;
/** A little more than a connection may hold, so that each topic too many is refused by its name. */
const TOPICS_PER_FRAME_MAX = 2 * TOPICS_PER_CONNECTION_MAX;
/** The longest symbol has 45 characters, the longest strategy or account 64. */
export const TOPIC_LENGTH_MAX = 128;
/** As other ids of the API. */
export const FRAME_ID_LENGTH_MAX = 64;

/** Closed by us: who may not, or says too much, or not what it should. */
export const CLOSE_POLICY = 1008;
export const CLOSE_TOO_BIG = 1009;
/** A planned restart, which a `notice` has announced: reconnect, with some patience. */
export const CLOSE_RESTART = 1012;
export const CLOSE_TOO_SLOW = 4008;

/** The client's own name of a frame; what answers it carries it too. */
export const frameId = z.union([z.string().min(1).max(FRAME_ID_LENGTH_MAX), z.int()]);
export type FrameId = z.output<typeof frameId>;
export const topicName = z.string().min(1).max(TOPIC_LENGTH_MAX);
const topicNames = z.array(topicName).min(1).max(TOPICS_PER_FRAME_MAX);
export const seq = z.int().min(0);

export const subscribeFrame = z.strictObject({
  op: z.literal("subscribe"),
  id: frameId.optional(),
  topics: topicNames,
});
export const unsubscribeFrame = z.strictObject({
  op: z.literal("unsubscribe"),
  id: frameId.optional(),
  topics: topicNames,
});
/** `seq` is that of the last message that was taken in. */
export const resumeFrame = z.strictObject({
  op: z.literal("resume"),
  id: frameId.optional(),
  topic: topicName,
  epoch: z.string().min(1).max(64),
  seq,
});
/** Everything up to `seq` was taken in. Not answered unless it is wrong. */
export const ackFrame = z.strictObject({
  op: z.literal("ack"),
  id: frameId.optional(),
  topic: topicName,
  seq,
});
/** Answered by `pong` and an `hb` with the last sequence of each topic. */
export const pingFrame = z.strictObject({ op: z.literal("ping"), id: frameId.optional() });

export const clientFrame = z
  .discriminatedUnion("op", [subscribeFrame, unsubscribeFrame, resumeFrame, ackFrame, pingFrame])
  .meta({ id: "StreamClientFrame" });
export type ClientFrame = z.output<typeof clientFrame>;
export type ResumeFrame = z.output<typeof resumeFrame>;
export type AckFrame = z.output<typeof ackFrame>;
export const CLIENT_OPS: ReadonlySet<string> = new Set([
  "subscribe",
  "unsubscribe",
  "resume",
  "ack",
  "ping",
] satisfies ClientFrame["op"][]);

/**
 * Why a `snap` came in place of the messages in between: the sequence belongs to another epoch, is ahead of ours or no longer kept; nobody
 * watched for a while; too much happened at once; or the client had fallen behind.
 */
export const RESET_REASONS = ["epoch", "ahead", "beyond-ring", "too-much", "lagging"] as const;
export type ResetReason = (typeof RESET_REASONS)[number];

export const MESSAGE_TYPES = ["snap", "delta", "bar", "rev", "gap", "hb", "lagging", "status"] as const;

export const position = z.strictObject({ topic: z.string(), epoch: z.string(), seq });
export type TopicPosition = z.output<typeof position>;

/** `seq` rises by one with each message of a topic; `hb`, `lagging` and `status` repeat the last one. `ts` is when it was made, epoch ms. */
export const streamMessage = position.extend({
  ts: z.int(),
  prev: seq
    .optional()
    .describe(
      "On `/v1/stream`, of a conflated message: the sequence of the one sent before it in its topic's lane. What lies between was left out on purpose; who stands below `prev` has missed something.",
    ),
  type: z
    .string()
    .meta({ examples: [...MESSAGE_TYPES] })
    .describe(
      "The account's stream has types of its own beside these: `decision`, `fill`, `violation`, `state`, `above`, `utilisation`, `mass-cancel`.",
    ),
  data: z
    .unknown()
    .describe(
      "Of a `snap` and a `delta` the REST object of that topic, of a `gap` the entry of the symbol's gap ledger.",
    ),
  reset: z.strictObject({ reason: z.enum(RESET_REASONS) }).optional(),
});
export type StreamMessage = z.output<typeof streamMessage>;

export const topicError = z.strictObject({ topic: z.string(), code: z.string(), detail: z.string() });
export type TopicError = z.output<typeof topicError>;
export const ackReply = z.strictObject({
  op: z.literal("ack"),
  id: frameId.optional(),
  topics: z.array(position).describe("All topics of the connection now, each at its last sequence."),
  errors: z.array(topicError),
});
export const pongReply = z.strictObject({ op: z.literal("pong"), id: frameId.optional() });
export const errorReply = z.strictObject({
  op: z.literal("error"),
  id: frameId.optional(),
  code: z.string(),
  detail: z.string(),
});
export const serverMessage = z
  .union([ackReply, pongReply, errorReply, streamMessage])
  .meta({ id: "StreamServerMessage" });

/** One trade of `trades.<symbol>`: a `snap` holds the newest of them, oldest first, a `delta` those that were accepted since. */
export const streamTrade = z
  .strictObject({
    ts: z.int(),
    price: z.string(),
    size: z.string(),
    id: z.string().optional().describe("The venue's own, where it gave one."),
  })
  .meta({ id: "StreamTrade" });
export type StreamTrade = z.output<typeof streamTrade>;

/** One line of a `rev` of `trades.<symbol>`, which is a list of them: a trade was cancelled, or has this price and size now. */
export const streamTradeRevision = z
  .strictObject({
    ts: z.int(),
    id: z.string().optional(),
    price: z.string().optional(),
    size: z.string().optional(),
    cancelled: z.literal(true).optional(),
  })
  .meta({ id: "StreamTradeRevision" });
export type StreamTradeRevision = z.output<typeof streamTradeRevision>;
