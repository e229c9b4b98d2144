/** A client as one would be written: it believes its topics' sequences and lists, and complains about whatever does not follow. */
import { expect } from "vitest";
import type { FakeSocket, SocketBench } from "../../../support/fake-sockets.ts";
import type { Said } from "../../../support/stream-messages.ts";

type Known = { epoch: string; seq: number; list: number[] };

export class ModelClient {
  readonly #bench: SocketBench;
  readonly topics = new Map<string, Known>();
  /** Topics that it listens to on this connection. */
  readonly listening = new Set<string>();
  socket: FakeSocket | undefined;
  /** Topics of which it gets nothing for now. */
  readonly lagging = new Set<string>();
  /** Snapshots that said that something was left out. */
  resets = 0;
  #resuming = false;

  constructor(bench: SocketBench) {
    this.#bench = bench;
  }

  get isOpen(): boolean {
    return this.socket !== undefined && this.socket.closing === undefined;
  }

  async connect(): Promise<void> {
    this.socket = await this.#bench.connect();
    this.listening.clear();
    this.lagging.clear();
  }

  /** The connection is gone; what was learnt stays. */
  lose(): void {
    this.read();
    this.socket = undefined;
    this.listening.clear();
    this.lagging.clear();
  }

  say(frame: unknown): void {
    if (this.socket !== undefined && this.isOpen) this.#bench.say(this.socket, frame);
    this.read();
  }

  /** From where it stopped, or anew where it never was. */
  resume(topic: string): void {
    const known = this.topics.get(topic);
    this.listening.add(topic);
    if (known === undefined) this.say({ op: "subscribe", topics: [topic] });
    else {
      this.#resuming = true;
      this.say({ op: "resume", topic, epoch: known.epoch, seq: known.seq });
      this.#resuming = false;
    }
  }

  acknowledge(topic: string, back = 0): void {
    const known = this.topics.get(topic);
    if (known !== undefined && this.listening.has(topic))
      this.say({ op: "ack", topic, seq: Math.max(0, known.seq - back) });
  }

  read(): void {
    for (const said of this.socket?.take() ?? []) this.#hear(said);
  }

  #hear(said: Said): void {
    if (said.op !== undefined) {
      expect(said.op).not.toBe("error");
      return;
    }
    const known = this.topics.get(said.topic);
    switch (said.type) {
      case "snap":
        if (said.reset !== undefined) this.resets += 1;
        else expect(this.#resuming).toBe(false);
        if (known !== undefined && known.epoch === said.epoch) {
          expect(said.seq).toBeGreaterThanOrEqual(known.seq);
          // Without a word only a new subscription may pass over something, and the snapshot is its beginning.
          if (said.seq === known.seq) expect(said.data).toEqual(known.list);
        }
        this.topics.set(said.topic, { epoch: said.epoch, seq: said.seq, list: [...said.data] });
        this.lagging.delete(said.topic);
        break;
      case "delta":
        expect(known).toBeDefined();
        expect(said.epoch).toBe(known?.epoch);
        expect(said.seq).toBe((known?.seq ?? 0) + 1);
        if (known === undefined) break;
        known.seq = said.seq;
        known.list.push(said.data[0]);
        this.lagging.delete(said.topic);
        break;
      case "lagging":
        expect(said).toMatchObject({ epoch: known?.epoch, seq: known?.seq });
        this.lagging.add(said.topic);
        break;
      case "hb":
        expect(said).toMatchObject({ epoch: known?.epoch, seq: known?.seq });
        break;
      default:
        throw new Error(`no such type: ${said.type}`);
    }
  }
}
