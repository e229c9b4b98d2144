/**
 * Sends what a group published. All messages of a group leave in one frame, and the same text goes to all clients that listen to the same
 * of the topics that it touched: per client there is one send and hardly anything else.
 */
import type { Client } from "./client.ts";
import { frameText } from "./message-text.ts";
import type { Topic } from "./topic.ts";
import type { Numbered } from "./topics.ts";

/** Bits of a mask: a number's bitwise operations see 32, the highest of which is a sign. */
const TOPICS_PER_ROUND_MAX = 30;

type Send = (client: Client, text: string) => void;
type Batch = { readonly topic: Topic<Client>; readonly bit: number; units: number };

/** `send` also takes what a client is owed as replies. Clients that lag get nothing. */
export function fanOut(numbered: readonly Numbered<Client>[], send: Send): void {
  const topics = [...new Set(numbered.map(({ topic }) => topic))];
  for (let from = 0; from < topics.length; from += TOPICS_PER_ROUND_MAX)
    sendRound(numbered, topics.slice(from, from + TOPICS_PER_ROUND_MAX), send);
}

function sendRound(
  numbered: readonly Numbered<Client>[],
  topics: readonly Topic<Client>[],
  send: Send,
): void {
  const batches = new Map<Topic<Client>, Batch>();
  for (const topic of topics) batches.set(topic, { topic, bit: 1 << batches.size, units: 0 });
  for (const { topic, text } of numbered) {
    const batch = batches.get(topic);
    // As the ring counts them: a message and what separates it from the one before.
    if (batch !== undefined) batch.units += text.length + (batch.units === 0 ? 0 : 1);
  }
  const frames = new Map<number, string>();
  for (const client of mark(batches.values())) {
    const { mask } = client;
    client.mask = 0;
    const frame = frames.get(mask) ?? frameOf(numbered, batches, mask);
    frames.set(mask, frame);
    send(client, frame);
  }
}

/** Who listens to any of them, each with its mask. */
function mark(batches: Iterable<Batch>): readonly Client[] {
  const clients: Client[] = [];
  for (const { topic, bit, units } of batches) {
    for (const client of topic.listeners) {
      if (client.laggingSince !== undefined) continue;
      if (client.mask === 0) clients.push(client);
      client.mask |= bit;
      client.unacked += units;
    }
  }
  return clients;
}

function frameOf(
  numbered: readonly Numbered<Client>[],
  batches: ReadonlyMap<Topic<Client>, Batch>,
  mask: number,
): string {
  const texts: string[] = [];
  for (const { topic, text } of numbered) if (((batches.get(topic)?.bit ?? 0) & mask) !== 0) texts.push(text);
  return frameText(texts);
}
