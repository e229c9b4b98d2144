/** A shard over a disk in memory, with actors that answer what the test says. */
import { Registry } from "../../../actors/metrics-shard/registry.ts";
import { MIGRATIONS } from "../../../actors/metrics-shard/store.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import type { ActorReport, ActorStatus, StatusReport } from "../../../actors/runtime/report.ts";
import type { Readings } from "../../../actors/runtime/series.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { memorySql } from "../../support/node-sql.ts";
import { FakeClock, START } from "../../support/runtime-fakes.ts";

export type Told = Partial<Omit<ActorReport, "status">> & { readonly status?: Partial<ActorStatus> };

export function reportOf({ status, ...told }: Told = {}): ActorReport {
  return {
    actor: "symbol:X:A",
    incarnation: "i1",
    loadedAt: START,
    seq: 1,
    countsSeq: 1,
    counts: {},
    ...told,
    status: {
      at: START,
      lastCommitAt: START,
      lastSeq: 0,
      archivedSeq: 0,
      outboxDepth: 0,
      waitingSince: undefined,
      fenced: false,
      breakers: [],
      gauges: {},
      ...status,
    },
  };
}

export class ShardBench {
  readonly sql = memorySql();
  readonly clock = new FakeClock();
  readonly asked: string[] = [];
  ask: (actor: string) => Promise<StatusReport | undefined> = async () => undefined;
  looks: (() => void)[] = [];
  registry: Registry;

  constructor() {
    migrateLocally(this.sql, MIGRATIONS);
    this.registry = this.#load();
  }

  /** Memory is gone, the disk is not. */
  restart(): void {
    this.looks = [];
    this.registry = this.#load();
  }

  report(told: Told = {}): boolean {
    const reply = this.registry.report(reportOf(told));
    return reply.ok && reply.value;
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.clock.pass(Math.min(left, 1_000));
      for (const look of this.looks.splice(0)) look();
      await new Promise((resolve) => void setImmediate(resolve));
    }
  }

  async readings(): Promise<Map<string, { counts: Readings; gauges: Readonly<Record<string, number>> }>> {
    const reply = await this.registry.readings();
    if (!reply.ok) throw new Error(reply.code);
    return new Map(reply.value.map(({ kind, counts, gauges }) => [kind, { counts, gauges }]));
  }

  async total(series = "outcry_facts_total", kind = "symbol"): Promise<number> {
    return Number((await this.readings()).get(kind)?.counts[series] ?? 0);
  }

  names(): string[] {
    const reply = this.registry.list({ limit: Number.POSITIVE_INFINITY });
    return reply.ok ? reply.value.items.map(({ kind, name }) => `${kind}:${name}`) : [];
  }

  summary() {
    const reply = this.registry.summary();
    if (!reply.ok) throw new Error(reply.code);
    return reply.value;
  }

  rows(table: "actor" | "total"): number {
    return Number(this.sql.exec(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n);
  }

  #load(): Registry {
    return new Registry({
      sql: this.sql,
      clock: this.clock,
      ask: (actor) => {
        this.asked.push(actor);
        return this.ask(actor);
      },
      arm: (run) => void this.looks.push(run),
    });
  }
}

export const at = (offsetMs: number): EpochMs => (START + offsetMs) as EpochMs;
