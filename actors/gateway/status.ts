/** What is said of a topic that does not speak for itself. */
import type { TopicStatus } from "../../src/contracts/gateway-streams.ts";
import { messageText } from "../runtime/streams/message-text.ts";
import type { Feed } from "./feed.ts";

/** `seq` is what the listener was sent last. */
export function statusText({ state, heardAt, lastTs, head }: Feed, seq: number, now: number): string {
  const status: TopicStatus = { state, ageMs: Math.max(0, now - heardAt), lastTs };
  return messageText(head, seq, now, "status", JSON.stringify(status));
}

/** For who joins: the others were told when it changed. */
export const standingTexts = (feed: Feed, now: number): readonly string[] =>
  feed.state === "live" ? [] : [statusText(feed, feed.seq, now)];
