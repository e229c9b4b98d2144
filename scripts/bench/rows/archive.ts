/** [archive] Facts of 200 actors to Postgres through our archiver, beside one set-based insert of the same rows by the same driver. */
import { setTimeout as sleep } from "node:timers/promises";
import { postgresAt } from "../../../src/db/neon.ts";
import type { Bench } from "../context.ts";
import { Postgres } from "../postgres.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";

const ACTORS = 200;
/** Of each actor in a round of "as fast as they go": a basket, in one command. */
const FACTS = 200;
/** 4 MB of text, as much as the archiver puts into one transaction. */
const ROWS_PER_INSERT = 4_000;
const ROUNDS = 5;
const PACE = { rate: 5, seconds: 10 };
const QUERY_MS_MAX = 10_000;

/** As long as the fact of a decision with seven limits. */
const PAYLOAD = JSON.stringify({ clientOrderId: "order-100000", checks: "x".repeat(900) });

export async function archive(bench: Bench): Promise<Row[]> {
  const postgres = await Postgres.start(bench.folder);
  try {
    return await measured(bench, postgres);
  } finally {
    await postgres.stop();
  }
}

async function measured(bench: Bench, postgres: Postgres): Promise<Row[]> {
  const { databaseUrl } = postgres;
  const variables = { DATABASE_URL: databaseUrl, PAYLOAD, LOG_LEVEL: "error" };
  const floor = await bench.limit("floor.ts", { EMITTER: "Emitter", ARCHIVER: "Archiver" }, variables);
  const limit = await bench.limit("limits/insert.ts", {}, variables);
  const ask = async (path: string): Promise<void> => {
    const reply = await fetch(`${floor.url}${path}`);
    if (!reply.ok) throw new Error(`archive: ${path} answered ${reply.status}`);
    await reply.text();
  };
  const taken = await alternate(ROUNDS, {
    // The same actors each time, and their facts are on disk already: making either is no business of the archiver.
    ours: async () => {
      await ask(`/emit-held?actors=${ACTORS}&facts=${FACTS}`);
      const startedAt = performance.now();
      await ask(`/release?actors=${ACTORS}`);
      return noted(bench, "through the archiver", startedAt);
    },
    limit: async (round) => {
      const bodies = rowsOf(round);
      const startedAt = performance.now();
      for (const body of bodies) await fetch(limit.url, { method: "POST", body });
      return noted(bench, "inserted", startedAt);
    },
  });
  await ask(`/emit?actors=${ACTORS}&facts=1`);
  await ask(`/archived?actors=${ACTORS}`);
  await ask(`/pace?actors=${ACTORS}&rate=${PACE.rate}&seconds=${PACE.seconds}`);
  await ask(`/archived?actors=${ACTORS}`);
  await sleep(100);
  const paced = await rowsPerTransaction(databaseUrl, "bench:paced-%");
  const rushed = await rowsPerTransaction(databaseUrl, "bench:rush-%");
  const [value, beside] = [median(taken.ours), median(taken.limit)];
  const absolute = { unit: "rows", target: { atLeast: 100 }, absolute: true };
  return [
    { id: "archive", value, limit: beside, unit: "facts/s", target: { atLeast: 0.8 } },
    {
      id: "archive.paced",
      value: paced,
      ...absolute,
      note: `in a transaction, at ${PACE.rate} facts/s of each actor`,
    },
    { id: "archive.rushed", value: rushed, ...absolute, note: "in a transaction, as fast as they go" },
    {
      ...{ id: "archive.bytes", value: (await postgres.bytesPerRow("actor_fact")) - PAYLOAD.length },
      ...{ unit: "bytes", note: "of a fact in Postgres beyond its own text, with its index" },
    },
  ];
}

function noted(bench: Bench, how: string, startedAt: number): number {
  const perSecond = (ACTORS * FACTS) / ((performance.now() - startedAt) / 1_000);
  bench.note("archive", `${perSecond.toFixed(0)} facts/s ${how}`);
  return perSecond;
}

/** The same rows as those of a round of ours, but for the actor's name. */
function rowsOf(round: number): string[] {
  const at = Date.now();
  const rows = Array.from({ length: ACTORS * FACTS }, (_, index) => ({
    actor: `limit:run-${round}-${index % ACTORS}`,
    seq: Math.floor(index / ACTORS) + 1,
    committed_at: at,
    kind: "bench",
    payload: PAYLOAD,
    request_id: "0123456789abcdef01234567",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  }));
  const bodies: string[] = [];
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT)
    bodies.push(JSON.stringify(rows.slice(from, from + ROWS_PER_INSERT)));
  return bodies;
}

/** Rows that one transaction wrote bear its number. */
async function rowsPerTransaction(databaseUrl: string, actors: string): Promise<number> {
  const text = "SELECT count(*)::float / count(DISTINCT xmin::text) AS n FROM actor_fact WHERE actor LIKE $1";
  const [row] = await postgresAt(databaseUrl).query({ text, params: [actors] }, QUERY_MS_MAX);
  return Number(row?.["n"]);
}
