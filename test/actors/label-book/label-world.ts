/** A label book with its sockets over a disk in memory. */

import { LabelStream } from "../../../actors/label-book/label-stream.ts";
import { SOCKET_HEADER, type SocketTicket } from "../../../actors/runtime/connection.ts";
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import { Sockets } from "../../../actors/runtime/sockets.ts";
import type { Turn } from "../../../actors/runtime/turn.ts";
import { CREDENTIAL, type FakeSocket, FakeSocketPort } from "../../support/fake-sockets.ts";
import { LabelBench } from "../../support/label-bench.ts";
import { envelope } from "../../support/runtime-fakes.ts";

export class LabelWorld extends LabelBench {
  readonly port = new FakeSocketPort();
  sockets!: Sockets;

  constructor() {
    super();
    this.#host();
  }

  override run<Decision, Value>(turn: Turn<Decision, Value>): ActorReply<Value> {
    return this.group(turn)[0] as ActorReply<Value>;
  }

  override group<Decision, Value>(...turns: readonly Turn<Decision, Value>[]): ActorReply<Value>[] {
    const replies = turns.map((turn) => turn.settle(turn.decide()));
    this.sql.transaction(() => {
      this.store.write();
      this.sockets.write();
    });
    this.sockets.flush();
    return replies;
  }

  override restart(): void {
    super.restart();
    this.#host();
  }

  async connect(): Promise<FakeSocket> {
    const ticket: SocketTicket = { envelope: envelope(), credential: CREDENTIAL };
    const headers = { [SOCKET_HEADER]: JSON.stringify(ticket) };
    await this.sockets.fetch(new Request("https://actor/stream", { headers }));
    const socket = this.port.sockets.at(-1);
    if (socket === undefined) throw new Error("nothing was opened");
    return socket;
  }

  say(socket: FakeSocket, frame: object): void {
    this.sockets.message(socket, JSON.stringify(frame));
  }

  #host(): void {
    const { sql, clock, port } = this;
    this.sockets = new Sockets({ sql, clock, port, arm: () => {} });
    const stream = new LabelStream(this.store, this.sockets);
    this.sockets.host({ topicOf: stream.topicOf, initialTopics: [] });
    this.turns.listener = stream;
  }
}
