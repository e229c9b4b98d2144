/** One shard of the way to Postgres. It gathers batches, commits them and tells each caller how far it got; it stores nothing. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { systemClock } from "../runtime/clock.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { Confirmation, OutboxBatch } from "../runtime/outbox.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { type Inspection, Vitals } from "../runtime/vitals.ts";
import { BOUNDS } from "./bounds.ts";
import { Collector } from "./collector.ts";
import { commitIsolated } from "./isolate.ts";
import { loggedMirror } from "./logged-mirror.ts";
import { measuredMirror } from "./measured-mirror.ts";
import type { ArchiverApi } from "./messages.ts";

export class Archiver extends DurableObject<Env> implements ArchiverApi {
  readonly #ports = portsFrom(this.env);
  readonly #vitals = new Vitals({
    actor: `archiver:${this.ctx.id.name}`,
    clock: systemClock,
    report: this.#ports.report,
  });
  readonly #mirror = measuredMirror(loggedMirror(this.#ports.mirror, this.#ports.log), this.#vitals);
  readonly #collector = new Collector((batches) => commitIsolated(this.#mirror, batches));

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#vitals.measures(BOUNDS, { "memory:waiting": () => this.#collector.waiting });
  }

  /** A refusal, not a throw, while Postgres is away: the caller has lost nothing, and nothing of ours is broken. */
  async archive(_envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<Confirmation>> {
    try {
      return await this.#collector.add(batch);
    } catch (error) {
      return refusal("dependency-unavailable", error instanceof Error ? error.message : String(error));
    }
  }

  async inspect(): Promise<ActorReply<Inspection>> {
    return answer(await this.#vitals.inspect());
  }
}
