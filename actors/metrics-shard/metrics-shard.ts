/** One shard of what is known of all actors: which there are, how they stand, what they counted. Actors and the edge tell it; it decides nothing. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import { portsFrom } from "../../src/wiring.ts";
import { systemClock } from "../runtime/clock.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import { type Envelope, systemEnvelope } from "../runtime/envelope.ts";
import { migrateLocally } from "../runtime/local-migrations.ts";
import type { ActorReport, StatusReport } from "../runtime/report.ts";
import { ifWithin } from "../runtime/within.ts";
import type { EdgeReport, ListQuery, MetricsShardApi } from "./messages.ts";
import { Registry } from "./registry.ts";
import { MIGRATIONS } from "./store.ts";

/** An actor answers at once, also where it has to be loaded; whoever does not is asked again. */
const ASK_MS = 5_000;

export class MetricsShard extends DurableObject<Env> implements MetricsShardApi {
  readonly #actors = portsFrom(this.env).actors;
  readonly #registry = new Registry({
    sql: migrated(this.ctx),
    clock: systemClock,
    ask: (actor) => this.#ask(actor),
    arm: (run, afterMs) => void setTimeout(run, afterMs),
  });

  async report(_envelope: Envelope, report: ActorReport) {
    return this.#registry.report(report);
  }
  async count(_envelope: Envelope, report: EdgeReport) {
    return this.#registry.count(report);
  }
  async readings(_envelope: Envelope) {
    return this.#registry.readings();
  }
  async list(_envelope: Envelope, query: ListQuery) {
    return this.#registry.list(query);
  }
  async heardOf(_envelope: Envelope, actor: string) {
    return this.#registry.heardOf(actor);
  }
  async summary(_envelope: Envelope) {
    return this.#registry.summary();
  }

  async #ask(actor: string): Promise<StatusReport | undefined> {
    const asked = async () => this.#actors.inspected(actor).inspect(systemEnvelope(systemClock.now()));
    const reply = await ifWithin(asked(), ASK_MS);
    return reply?.ok === true ? reply.value : undefined;
  }
}

function migrated({ storage }: DurableObjectState) {
  const sql = durableSql(storage);
  migrateLocally(sql, MIGRATIONS);
  return sql;
}
