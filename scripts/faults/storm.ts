/** Thousands of clients of `/v1/stream` that are cut off at once and come back at once: what each was told is what was traded. */
import type { ApiClient } from "../client.ts";
import { GatewayReader, gatewayUrl } from "./gateway-reader.ts";
import { stretchFaults } from "./soak-readers.ts";

const OPENING = 200; // At a time: no more than a kernel queues.
const RETRY_MS = 2_000; // All in the same moment, and not so often that asking takes the machine from the restart.
/** Enough to see what is wrong; the rest is the same again. */
const FAULTS_SHOWN_MAX = 5;

type Member = { readonly client: GatewayReader; readonly ids: string[] };
type Trade = { readonly id?: string };

export class Storm {
  readonly #members: Member[] = [];

  /** All listen to the trades of one symbol. */
  static async gather(count: number, api: () => ApiClient, apiKey: string, symbol: string): Promise<Storm> {
    const storm = new Storm();
    while (storm.#members.length < count) {
      const room = Math.min(OPENING, count - storm.#members.length);
      for (let each = 0; each < room; each++) storm.#members.push(member(api, apiKey, symbol));
      await storm.ready();
    }
    return storm;
  }

  /** Connections that stood and were closed, by the code. */
  cuts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { code } of this.#members.flatMap(({ client }) => client.cuts))
      counts[code] = (counts[code] ?? 0) + 1;
    return counts;
  }

  async ready(): Promise<void> {
    await Promise.all(this.#members.map(({ client }) => client.ready));
  }

  /** `traded`: ids that were acknowledged, in order. */
  faults(traded: readonly string[]): string[] {
    const faults = this.#members.flatMap(({ client, ids }) => [
      ...client.faults,
      ...client.rules.resets.map(({ topic, reason }) => `reset of ${topic}: ${reason}`),
      ...stretchFaults([ids], traded),
    ]);
    return faults.slice(0, FAULTS_SHOWN_MAX).map((fault) => `storm: ${fault} (${faults.length} in all)`);
  }

  figures(): object {
    const sum = (count: (client: GatewayReader) => number): number =>
      this.#members.reduce((total, { client }) => total + count(client), 0);
    return {
      clients: this.#members.length,
      tries: sum(({ closes }) => closes.length + 1),
      cuts: this.cuts(),
      restored: sum(({ restored }) => restored),
      sessionsEnded: sum(({ anew }) => anew),
      resets: sum(({ rules }) => rules.resets.length),
      messages: sum(({ messages }) => messages),
    };
  }

  end(): void {
    for (const { client } of this.#members) client.end();
  }
}

function member(api: () => ApiClient, apiKey: string, symbol: string): Member {
  const ids: string[] = [];
  const client = new GatewayReader({
    url: () => gatewayUrl(api()),
    ...{ apiKey, topics: [`trades.${symbol}`], retryMs: RETRY_MS },
    // SAFETY: the contract's shape; what is not so is found by the comparison.
    hear: ({ data }) => ids.push(...(data as readonly Trade[]).map(({ id = "" }) => id)),
  });
  return { client, ids };
}
