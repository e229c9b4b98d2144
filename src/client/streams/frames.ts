/** What a client says, in frames that a server takes: of a gateway (`/v1/stream`) or of a single actor's stream. */
import type { ConflateMs } from "../../contracts/gateway-streams.ts";
import type { TopicPosition } from "../../contracts/streams.ts";

export const GATEWAY_PATH = "/v1/stream";

/** A server takes 200 names and 64 KiB; names have up to 128 characters. */
const TOPICS_PER_FRAME_MAX = 100;
/** As above: a name and its sequence. */
const ACKS_PER_FRAME_MAX = 300;
/** Places that are not named go on from what the gateway knows, so the rest of 64 KiB may stay away. */
const RESTORE_UNITS_MAX = 60_000;

export type Wanted = { readonly topic: string; readonly conflateMs: ConflateMs | undefined };

/** One actor's stream conflates nothing and takes no word of it. */
export function subscribeFrames(wanted: readonly Wanted[], isGateway: boolean): object[] {
  const byClass = Map.groupBy(wanted, ({ conflateMs }) => (isGateway ? conflateMs : undefined));
  return [...byClass].flatMap(([conflateMs, members]) =>
    chunksOf(TOPICS_PER_FRAME_MAX, members).map((chunk) => ({
      op: "subscribe",
      topics: chunk.map(({ topic }) => topic),
      ...(conflateMs === undefined ? {} : { conflateMs }),
    })),
  );
}

export const unsubscribeFrames = (topics: readonly string[]): object[] =>
  chunksOf(TOPICS_PER_FRAME_MAX, topics).map((chunk) => ({ op: "unsubscribe", topics: chunk }));

/** A gateway takes many at once. */
export function ackFrames(
  acks: readonly { readonly topic: string; readonly seq: number }[],
  isGateway: boolean,
): object[] {
  if (!isGateway) return acks.map(({ topic, seq }) => ({ op: "ack", topic, seq }));
  return chunksOf(ACKS_PER_FRAME_MAX, acks).map((topics) => ({ op: "ack", topics }));
}

export function restoreFrame(id: string, session: string, places: readonly TopicPosition[]): object {
  let units = 0;
  const at = places.filter((place) => {
    units += JSON.stringify(place).length + 1;
    return units <= RESTORE_UNITS_MAX;
  });
  return { op: "restore", id, session, at };
}

const chunksOf = <Item>(size: number, items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
