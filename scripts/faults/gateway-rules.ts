/**
 * What the contract promises of `/v1/stream`, held against what came: of each topic every message, or a word that some were left out. It
 * shares nothing with the server and with the client that we ship.
 */

export type GatewayMessage = {
  readonly topic: string;
  readonly epoch: string;
  readonly seq: number;
  readonly prev?: number;
  readonly type: string;
  readonly data: unknown;
  readonly reset?: { readonly reason: string };
};
export type Position = { readonly topic: string; readonly epoch: string; readonly seq: number };
type Place = { readonly epoch: string; readonly seq: number };

/** They say nothing of the topic itself. */
const ASIDE: ReadonlySet<string> = new Set(["lagging", "status"]);

export class GatewayRules {
  /** Breaks of the contract: a hole that nobody announced, a message twice, a place that is not ours. */
  readonly faults: string[] = [];
  /** Snapshots that said why they came: something was left out, and it was told. */
  readonly resets: { readonly topic: string; readonly reason: string }[] = [];
  readonly #places = new Map<string, Place>();
  /** Topics whose snapshot is to come: whatever it says is taken. */
  readonly #awaited = new Set<string>();

  get places(): readonly Position[] {
    return [...this.#places].map(([topic, place]) => ({ topic, ...place }));
  }

  /** Topics of which nothing has come yet. */
  get awaited(): number {
    return this.#awaited.size;
  }

  /** It was subscribed, and its state comes next. */
  await(topic: string): void {
    if (!this.#places.has(topic)) this.#awaited.add(topic);
  }

  /** Whether the message is news. */
  take(message: GatewayMessage): boolean {
    const { topic, epoch, seq, type, reset } = message;
    if (ASIDE.has(type)) return false;
    const place = this.#places.get(topic);
    if (this.#awaited.has(topic)) {
      if (type !== "snap") this.#fault(message, "before its snapshot");
      this.#awaited.delete(topic);
    } else if (place === undefined) {
      this.#fault(message, "of a topic that nobody asked for");
      return false;
    } else if (type === "snap" && reset !== undefined) this.resets.push({ topic, reason: reset.reason });
    else if (!isNext(message, place)) this.#fault(message, `after ${place.seq} of ${place.epoch}`);
    this.#places.set(topic, { epoch, seq });
    return true;
  }

  /** A heartbeat says where each topic stands by what was sent on this connection: whatever it knows has to be here. */
  hear(beats: readonly Position[]): void {
    for (const { topic, epoch, seq } of beats) {
      const place = this.#places.get(topic);
      if (place === undefined || this.#awaited.has(topic)) continue;
      if (epoch !== place.epoch || seq > place.seq)
        this.faults.push(
          `${topic}: the heartbeat knows ${seq} of ${epoch}, here is ${place.seq} of ${place.epoch}`,
        );
    }
  }

  #fault({ topic, type, seq, prev, epoch }: GatewayMessage, why: string): void {
    this.faults.push(`${topic}: ${type} ${seq} (prev ${prev ?? "-"}) of ${epoch} ${why}`);
  }
}

/** What a conflated message leaves out on purpose begins at `prev`. */
const isNext = ({ epoch, seq, prev = seq - 1 }: GatewayMessage, place: Place): boolean =>
  epoch === place.epoch && prev <= place.seq && place.seq < seq;
