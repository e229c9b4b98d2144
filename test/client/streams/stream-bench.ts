/** A stream against a gateway that the test speaks for. */
import { Outcry } from "../../../src/client/outcry.ts";
import type { HeardMessage, Missed } from "../../../src/client/streams/followed.ts";
import type {
  Stream,
  StreamOptions,
  StreamState,
  SubscribeOptions,
  Subscription,
} from "../../../src/client/streams/stream.ts";
import { type FakeSocket, FakeWorld, settled } from "../fake-world.ts";

export const TOPIC = "quote.SIM:A";
export const SESSION = `g-1.${"a".repeat(32)}`;

export type TestMessage = {
  topic: string;
  epoch: string;
  seq: number;
  ts: number;
  type: string;
  data: unknown;
};
export const told = (seq: number, type = "delta", epoch = "e1"): TestMessage => ({
  ...{ topic: TOPIC, epoch, seq, ts: 1, type, data: { seq } },
});

type Position = { readonly topic: string; readonly epoch: string; readonly seq: number };

export class StreamBench {
  readonly world = new FakeWorld();
  readonly stream: Stream;
  readonly states: StreamState[] = [];
  readonly missed: Missed[] = [];
  readonly heard: HeardMessage[] = [];
  readonly notices: unknown[] = [];
  readonly subscriptions: Subscription[] = [];

  constructor(options: StreamOptions = {}, answers: (Response | Error)[] = []) {
    this.world.answers.push(...answers);
    const api = new Outcry({
      url: "http://here",
      apiKey: "k",
      patienceMs: 0,
      surroundings: this.world.surroundings,
    });
    this.stream = api.stream({
      state: (state) => this.states.push(state),
      missed: (missed) => this.missed.push(missed),
      notice: (notice) => this.notices.push(notice),
      ...options,
    });
  }

  get socket(): FakeSocket {
    return this.world.socket;
  }

  get seqs(): number[] {
    return this.heard.map(({ seq }) => seq);
  }

  hear(topic: string, options?: SubscribeOptions): void {
    const listener = (message: object): void => void this.heard.push(message as HeardMessage);
    this.subscriptions.push(this.stream.subscribe(topic, listener, options));
  }

  async opened(): Promise<FakeSocket> {
    await settled();
    this.socket.onopen?.();
    return this.socket;
  }

  acknowledges(topics: readonly Position[], errors: readonly object[] = [], id?: unknown): void {
    this.socket.says({ op: "ack", ...(id === undefined ? {} : { id }), topics, errors });
  }
}

/** Subscribed to the one topic, answered, and shown where it stands. */
export async function live(seq = 5): Promise<StreamBench> {
  const bench = new StreamBench();
  bench.hear(TOPIC);
  await bench.opened();
  bench.acknowledges([{ topic: TOPIC, epoch: "e1", seq }]);
  bench.socket.says(told(seq, "snap"));
  return bench;
}
