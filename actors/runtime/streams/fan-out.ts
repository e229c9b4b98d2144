/**
 * Sends what a group published. All messages of a group leave in one frame, or in a few where that would be long, and the same text goes
 * to all clients that listen to the same of the topics that it touched: per client there is one send and hardly anything else.
 */
import type { Client } from "./client.ts";
import { frameTexts } from "./message-text.ts";
import type { Heard } from "./topic.ts";

/** Bits of a mask: a number's bitwise operations see 32, the highest of which is a sign. */
const TOPICS_PER_ROUND_MAX = 30;

/** A message, and what it is one of. */
export type Told = { readonly topic: Heard<Client>; readonly text: string };
type Send = (client: Client, text: string) => void;
type Batch = { readonly topic: Heard<Client>; readonly bit: number; units: number };

/**
 * `send` also takes what a client is owed as replies; `sent` is called for each client once it has everything. Clients that lag get nothing.
 */
export function fanOut(numbered: readonly Told[], send: Send, sent: (client: Client) => void): void {
  const topics = [...new Set(numbered.map(({ topic }) => topic))];
  if (topics.length <= TOPICS_PER_ROUND_MAX) {
    for (const client of sendRound(numbered, topics, send)) sent(client);
    return;
  }
  const clients = new Set<Client>();
  for (let from = 0; from < topics.length; from += TOPICS_PER_ROUND_MAX) {
    const round = sendRound(numbered, topics.slice(from, from + TOPICS_PER_ROUND_MAX), send);
    for (const client of round) clients.add(client);
  }
  for (const client of clients) sent(client);
}

function sendRound(
  numbered: readonly Told[],
  topics: readonly Heard<Client>[],
  send: Send,
): readonly Client[] {
  const batches = new Map<Heard<Client>, Batch>();
  for (const topic of topics) batches.set(topic, { topic, bit: 1 << batches.size, units: 0 });
  for (const { topic, text } of numbered) {
    const batch = batches.get(topic);
    // As the ring counts them: a message and what separates it from the one before.
    if (batch !== undefined) batch.units += text.length + (batch.units === 0 ? 0 : 1);
  }
  const frames = new Map<number, readonly string[]>();
  const clients = mark(batches.values());
  for (const client of clients) {
    const { mask } = client;
    client.mask = 0;
    const texts = frames.get(mask) ?? framesOf(numbered, batches, mask);
    frames.set(mask, texts);
    for (const text of texts) send(client, text);
  }
  return clients;
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

function framesOf(
  numbered: readonly Told[],
  batches: ReadonlyMap<Heard<Client>, Batch>,
  mask: number,
): string[] {
  const texts: string[] = [];
  for (const { topic, text } of numbered) if (((batches.get(topic)?.bit ?? 0) & mask) !== 0) texts.push(text);
  return frameTexts(texts);
}
