/**
 * What `/v1/stream` says beyond a stream to one actor (`streams.ts`): many topics of many actors on one socket. `epoch` and `seq` are those of
 * the actor that hosts the topic, so a place on this stream is a place on that actor's own.
 *
 * The first message is a `welcome` with a session. Who comes back with it within 60 s of the close (`?session=`) says `restore` and has
 * all its topics again, resumed from the places that it names.
 */
import { z } from "zod";
import { SESSION_PATTERN } from "../domain/gateway.ts";
import {
  ackReply,
  errorReply,
  frameId,
  pingFrame,
  pongReply,
  position,
  resumeFrame,
  seq,
  streamMessage,
  topicName,
} from "./streams.ts";

/** Topics of one connection: a screener of a thousand symbols. */
export const GATEWAY_TOPICS_MAX = 1_000;
/** As with one actor: each topic too many is refused by its name. */
const GATEWAY_TOPICS_PER_FRAME_MAX = 2 * GATEWAY_TOPICS_MAX;

/** Milliseconds between two messages of a `latest` topic. Shorter than a screen's frame is nothing that anybody sees. */
export const CONFLATE_MS = [50, 100, 250, 1_000] as const;
export type ConflateMs = (typeof CONFLATE_MS)[number];
/** What most screens can show. */
export const CONFLATE_MS_DEFAULT = 100 satisfies ConflateMs;

/** Of a connection: soon enough to notice a dead one, and 130 messages a second of a full gateway. */
export const HEARTBEAT_MS = 15_000;
/** After the close: longer than a reconnect with its back-off, shorter than anybody would wait for. */
export const SESSION_KEPT_MS = 60_000;

const session = z.string().regex(SESSION_PATTERN);

const topicNames = z.array(topicName).min(1).max(GATEWAY_TOPICS_PER_FRAME_MAX);

export const gatewaySubscribeFrame = z.strictObject({
  op: z.literal("subscribe"),
  id: frameId.optional(),
  topics: topicNames,
  conflateMs: z
    .literal([...CONFLATE_MS])
    .optional()
    .describe("For the `latest` messages of these topics, 100 without it. Lossless ones never wait for it."),
});
export const gatewayUnsubscribeFrame = z.strictObject({
  op: z.literal("unsubscribe"),
  id: frameId.optional(),
  topics: topicNames,
});
/** Everything up to `seq` of each was taken in. */
export const gatewayAckFrame = z.union([
  z.strictObject({ op: z.literal("ack"), id: frameId.optional(), topic: topicName, seq }),
  z.strictObject({
    op: z.literal("ack"),
    id: frameId.optional(),
    topics: z
      .array(z.strictObject({ topic: topicName, seq }))
      .min(1)
      .max(GATEWAY_TOPICS_MAX),
  }),
]);
/** All topics of that session again, resumed from the places in `at`; answered by the ack with the full set. */
export const restoreFrame = z.strictObject({
  op: z.literal("restore"),
  id: frameId.optional(),
  session,
  at: z
    .array(position)
    .max(GATEWAY_TOPICS_MAX)
    .optional()
    .describe(
      'Where it stands. A topic that is missing goes on from what was acknowledged or sent. One of which nothing has come yet stands at `epoch: ""`: its snapshot may be lost, and comes again.',
    ),
});

/** By `op`. */
export const gatewayFrame = z
  .union([
    gatewaySubscribeFrame,
    gatewayUnsubscribeFrame,
    resumeFrame,
    gatewayAckFrame,
    restoreFrame,
    pingFrame,
  ])
  .meta({ id: "GatewayClientFrame" });
export type GatewayFrame = z.output<typeof gatewayFrame>;
export type GatewaySubscribeFrame = z.output<typeof gatewaySubscribeFrame>;
export type GatewayAckFrame = z.output<typeof gatewayAckFrame>;
export type RestoreFrame = z.output<typeof restoreFrame>;
export const GATEWAY_OPS: ReadonlySet<string> = new Set([
  "subscribe",
  "unsubscribe",
  "resume",
  "restore",
  "ack",
  "ping",
] satisfies GatewayFrame["op"][]);

/** The first message of every connection. */
export const welcomeMessage = z.strictObject({
  op: z.literal("welcome"),
  session,
  gateway: z.string(),
  heartbeatMs: z.int(),
});
/** Every `heartbeatMs`: where each topic stands, by what was sent. `ageMs` is since its last message, null where there was none yet. */
export const heartbeatMessage = z.strictObject({
  op: z.literal("hb"),
  ts: z.int(),
  topics: z.array(position.extend({ ageMs: z.int().min(0).nullable() })),
});
/**
 * The connection will be closed with 1012 in `inMs`: reconnect then, with this session. Where the gateway does not come back, the session has ended
 * with it (`session-unknown`): `resume` each topic from its place, which any gateway takes.
 */
export const noticeMessage = z.strictObject({
  op: z.literal("notice"),
  reason: z.literal("restart"),
  inMs: z.int().min(0),
  session,
});

/**
 * Why a topic says nothing: `mute`, its market is open and nothing comes; `source-away`, its actor does not answer; `closed`, its market is; `live`
 * again. Told when it changes, and behind the snapshot to whoever comes while it is not `live`.
 */
export const TOPIC_STATES = ["mute", "source-away", "closed", "live"] as const;
export type TopicState = (typeof TOPIC_STATES)[number];
/** `data` of a message of type `status`. */
export const topicStatus = z
  .strictObject({
    state: z.enum(TOPIC_STATES),
    ageMs: z.int().min(0).nullable().describe("Since the last message or tick; null where there was none."),
    lastTs: z.int().nullable(),
  })
  .meta({ id: "StreamTopicStatus" });
export type TopicStatus = z.output<typeof topicStatus>;

export const gatewayMessage = z
  .union([welcomeMessage, heartbeatMessage, noticeMessage, ackReply, pongReply, errorReply, streamMessage])
  .meta({ id: "GatewayServerMessage" });
export type GatewayMessage = z.output<typeof gatewayMessage>;
export type WelcomeMessage = z.output<typeof welcomeMessage>;
export type HeartbeatMessage = z.output<typeof heartbeatMessage>;
export type NoticeMessage = z.output<typeof noticeMessage>;
