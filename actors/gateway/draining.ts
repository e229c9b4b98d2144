/** A planned end: every client is told, and closed a moment later; its session is here, or at the restarted gateway, for a minute. */

import type { NoticeMessage } from "../../src/contracts/gateway-streams.ts";
import { CLOSE_RESTART } from "../../src/contracts/streams.ts";
import type { Wakes } from "../runtime/asking.ts";
import type { Client } from "../runtime/streams/client.ts";
import type { Crowd } from "../runtime/streams/crowd.ts";
import type { DrainOrder } from "./messages.ts";
import type { Visit } from "./visit.ts";

export class Draining {
  readonly #visits: ReadonlyMap<Client, Visit>;
  readonly #crowd: Pick<Crowd, "say" | "close">;
  readonly #wakes: Wakes;
  #isUnderWay = false;
  /** No further connection is taken. */
  #isShut = false;

  constructor(visits: ReadonlyMap<Client, Visit>, crowd: Pick<Crowd, "say" | "close">, wakes: Wakes) {
    this.#visits = visits;
    this.#crowd = crowd;
    this.#wakes = wakes;
  }

  get isShut(): boolean {
    return this.#isShut;
  }

  /** A repeat while it is under way changes nothing. */
  begin({ inMs, keep }: DrainOrder): void {
    if (!keep) this.#isShut = true;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    const told = [...this.#visits.values()];
    for (const { client, session } of told) {
      const notice: NoticeMessage = { op: "notice", reason: "restart", inMs, session };
      this.#crowd.say(client, [JSON.stringify(notice)]);
    }
    this.#wakes.set(() => {
      this.#isUnderWay = false;
      for (const visit of told) if (!visit.isGone) this.#crowd.close(visit.client, CLOSE_RESTART, "restart");
    }, inMs);
  }

  /** The directory sends clients here again. */
  open(): void {
    this.#isShut = false;
  }
}
