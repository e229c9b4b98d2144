/** Frames of a stream as a client reads them: each message in the public shape. */
import { type StreamMessage, serverMessage } from "../../src/contracts/streams.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields the message of its kind has.
export type Said = any;

export function messagesOf(frame: string): Said[] {
  const parsed: unknown = JSON.parse(frame);
  const messages = Array.isArray(parsed) ? parsed : [parsed];
  return messages.map((message) => serverMessage.parse(message));
}

export const isMessage = (said: Said): said is StreamMessage => typeof said.topic === "string";
