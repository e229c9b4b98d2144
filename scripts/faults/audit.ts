/** A reader of Postgres that knows nothing of the server: what every actor's facts must look like there. */
import type { Postgres, ResultRow } from "../../src/db/neon.ts";

const READ_TIMEOUT_MS = 30_000; // A busy machine of two cores.

export type MirrorAudit = {
  readonly actors: number;
  readonly facts: number;
  readonly faults: readonly string[];
};

/** Every actor's facts are gapless from 1 to its watermark, once each, and nothing was parked. */
export async function auditMirror(postgres: Postgres): Promise<MirrorAudit> {
  const rows = await read(
    postgres,
    `SELECT w.actor, w.seq, count(f.seq) AS facts, count(DISTINCT f.seq) AS distinct_facts, coalesce(min(f.seq), 1) AS first, coalesce(max(f.seq), 0) AS last
     FROM actor_watermark w LEFT JOIN actor_fact f USING (actor) GROUP BY w.actor, w.seq
     UNION ALL
     SELECT f.actor, -1, count(*), 0, 0, 0 FROM actor_fact f WHERE NOT EXISTS (SELECT 1 FROM actor_watermark w WHERE w.actor = f.actor) GROUP BY f.actor`,
  );
  const faults = rows.filter((row) => !isGapless(row)).map((row) => `not gapless: ${JSON.stringify(row)}`);
  const parked = await read(postgres, "SELECT actor, seq, reason FROM dead_letter");
  faults.push(...parked.map((row) => `parked: ${JSON.stringify(row)}`));
  return { actors: rows.length, facts: rows.reduce((sum, row) => sum + Number(row.facts), 0), faults };
}

export async function read(postgres: Postgres, text: string, ...params: unknown[]): Promise<ResultRow[]> {
  return postgres.query({ text, params }, READ_TIMEOUT_MS);
}

/** Asks until the answer is the one awaited, or the patience ends: then the last answer is what the test compares. */
export async function eventually<Value>(
  ask: () => Promise<Value>,
  isAwaited: (value: Value) => boolean,
  patienceMs = 30_000,
): Promise<Value> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await ask();
    if (isAwaited(value) || Date.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function isGapless(row: ResultRow): boolean {
  const seq = Number(row.seq);
  return (
    Number(row.facts) === seq &&
    Number(row.distinct_facts) === seq &&
    Number(row.first) === 1 &&
    Number(row.last) === seq
  );
}
