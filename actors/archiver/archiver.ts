/** One shard of the way to Postgres. It gathers batches, commits them and tells each caller how far it got; facts it stores none. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { systemClock } from "../runtime/clock.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import type { Envelope } from "../runtime/envelope.ts";
import type { Confirmation, OutboxBatch, TextBatch } from "../runtime/fact.ts";
import { asText } from "../runtime/fact-text.ts";
import { randomFraction } from "../runtime/id.ts";
import { migrateLocally } from "../runtime/local-migrations.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import { type Inspection, Vitals } from "../runtime/vitals.ts";
import { BOUNDS } from "./bounds.ts";
import { Collector } from "./collector.ts";
import { loggedMirror } from "./logged-mirror.ts";
import { measuredMirror } from "./measured-mirror.ts";
import type { ArchiverApi } from "./messages.ts";
import { guardedMirror, postgresGuard } from "./postgres-guard.ts";
import { MIGRATIONS } from "./store.ts";

export class Archiver extends DurableObject<Env> implements ArchiverApi {
  readonly #ports = portsFrom(this.env);
  readonly #actor = `archiver:${this.ctx.id.name}`;
  readonly #vitals = new Vitals({ actor: this.#actor, clock: systemClock, report: this.#ports.report });
  readonly #guard = postgresGuard({
    actor: this.#actor,
    sql: migrated(this.ctx),
    clock: systemClock,
    randomFraction,
    log: this.#ports.log,
    turned: () => this.#vitals.directory.turned(),
  });
  readonly #mirror = guardedMirror(
    measuredMirror(loggedMirror(this.#ports.mirror, this.#ports.log), this.#vitals),
    this.#guard,
  );
  readonly #collector = new Collector(this.#mirror);

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#vitals.measures(BOUNDS, {
      "memory:waiting": () => this.#collector.waiting,
      "memory:suspects": () => this.#collector.suspects,
    });
    this.#vitals.watches(() => this.#guard.standing);
  }

  /** A refusal, not a throw, while Postgres is away: the caller has lost nothing, and nothing of ours is broken. */
  async archiveRuns(_envelope: Envelope, batch: TextBatch): Promise<ActorReply<Confirmation>> {
    const { openForMs } = this.#guard;
    if (openForMs !== undefined) return away("Postgres has not answered lately", openForMs);
    try {
      return await this.#collector.add(batch);
    } catch (error) {
      return away(error instanceof Error ? error.message : String(error), this.#guard.openForMs);
    }
  }

  archiveText(envelope: Envelope, batch: TextBatch): Promise<ActorReply<Confirmation>> {
    return this.archiveRuns(envelope, batch);
  }

  archive(envelope: Envelope, batch: OutboxBatch): Promise<ActorReply<Confirmation>> {
    return this.archiveRuns(envelope, asText(batch));
  }

  async inspect(): Promise<ActorReply<Inspection>> {
    return answer(await this.#vitals.inspect());
  }
}

const away = (detail: string, retryAfterMs: number | undefined): Refusal => ({
  ...refusal("dependency-unavailable", detail),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

function migrated({ storage }: DurableObjectState) {
  const sql = durableSql(storage);
  migrateLocally(sql, MIGRATIONS);
  return sql;
}
