/** The coordinator of one account's split. It parses, queues, commits and replies; what a split does next is in next.ts. */
import { DurableObject } from "cloudflare:workers";
import { assert } from "../../src/domain/assert.ts";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { Bricks } from "../runtime/bricks.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { answer } from "../runtime/reply.ts";
import { actorOf } from "./address.ts";
import { SplitDesk } from "./desk.ts";
import { LANES } from "./lanes.ts";
import type { AccountSplitApi, SplitChange } from "./messages.ts";
import { FirmQuotas } from "./quotas.ts";
import { MIGRATIONS } from "./store.ts";

export class AccountSplit extends DurableObject<Env> implements AccountSplitApi {
  readonly #ports = portsFrom(this.env);
  readonly #object = objectName(this.ctx);
  readonly #bricks = new Bricks(this.ctx, {
    actor: actorOf(this.#object),
    migrations: MIGRATIONS,
    lanes: LANES,
    ...this.#ports,
  });
  readonly #desk = new SplitDesk(
    nameIn(this.#object),
    this.#bricks,
    this.#ports,
    new FirmQuotas(nameIn(this.#object), this.#ports.actors, this.#bricks.clock),
  );

  split(envelope: Envelope, body: string) {
    return this.#desk.split(envelope, body);
  }
  async standing(_envelope: Envelope) {
    return this.#desk.standing();
  }
  fencedParts(_envelope: Envelope) {
    return this.#desk.fencedParts();
  }
  admit(envelope: Envelope, part: number, body: string) {
    return this.#desk.admit(envelope, part, body);
  }
  async map(_envelope: Envelope) {
    return answer(this.#desk.store.state.map);
  }
  change(envelope: Envelope, change: SplitChange) {
    return this.#desk.change(envelope, change);
  }
  inspect(_envelope: Envelope) {
    return this.#bricks.inspect();
  }
  override alarm(): void {
    this.#bricks.takeDueTimers();
    this.#desk.wake();
  }
}

function objectName({ id }: DurableObjectState): string {
  assert(id.name !== undefined, "the coordinator of a split is addressed by the account");
  return id.name;
}

const nameIn = (name: string) => {
  const slash = name.indexOf("/");
  return { tenant: name.slice(0, slash), account: name.slice(slash + 1) };
};
