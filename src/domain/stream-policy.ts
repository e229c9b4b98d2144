/**
 * What may be left out of a topic and what may not, by its name and by the message. Of `latest` messages only the newest matters, since each
 * says everything; `lossless` ones all arrive, in order.
 */

export type MessagePolicy = "latest" | "lossless";
/** `by-state`: what still forms is superseded by what comes next, what is final or revised is not. */
export type TopicPolicy = MessagePolicy | "by-state";

const LATEST_KINDS: ReadonlySet<string> = new Set(["quote", "depth", "depth-metrics"]);
const BY_STATE_KINDS: ReadonlySet<string> = new Set(["bars", "mid", "bid", "ask", "series", "indicator"]);
/** Of these topics a message of such a type holds the state, as a snapshot does. */
const STATE_TYPES: ReadonlySet<string> = new Set(["snap", "delta", "bar"]);

const FORMING = '"state":"forming"';
/** A bar that has lost its last trade: who shows it must hear so. */
const WITHDRAWN = '"withdrawn":true';
const START = /"t":(\d+)/;

/** What a topic is about: the word before the first dot. */
export function topicKind(topic: string): string {
  const dot = topic.indexOf(".");
  return dot < 0 ? topic : topic.slice(0, dot);
}

export function topicPolicy(topic: string): TopicPolicy {
  const kind = topicKind(topic);
  if (LATEST_KINDS.has(kind)) return "latest";
  return BY_STATE_KINDS.has(kind) ? "by-state" : "lossless";
}

/** `data` is the text of the message's data. */
export function messagePolicy(policy: TopicPolicy, type: string, data: string): MessagePolicy {
  if (policy === "lossless" || !STATE_TYPES.has(type)) return "lossless";
  if (policy === "latest") return "latest";
  return type !== "snap" && data.includes(FORMING) && !data.includes(WITHDRAWN) ? "latest" : "lossless";
}

/** Whether a message alone tells how its topic stands: who comes later needs nothing from before it. */
export const isState = (policy: TopicPolicy, type: string): boolean =>
  type === "snap" || (policy !== "lossless" && STATE_TYPES.has(type));

/** Whether the state that a message tells is that of the topic from now on: a bar may close after the next has begun, or be withdrawn. */
export const isNewest = (policy: TopicPolicy, data: string, before: string | undefined): boolean =>
  policy !== "by-state" ||
  before === undefined ||
  (!data.includes(WITHDRAWN) && startOf(data) >= startOf(before));
const startOf = (data: string): number => Number(START.exec(data)?.[1] ?? 0);

/** What a `latest` message is the newest of: the bar that it is about, or the topic. */
export const latestKey = (policy: TopicPolicy, data: string): string =>
  policy === "by-state" ? (START.exec(data)?.[1] ?? "") : "";
