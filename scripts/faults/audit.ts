/** A reader of Postgres that knows nothing of the server: what every actor's facts must look like there. */
import type { Row, SqlReader } from "./sql.ts";

const READ_TIMEOUT_MS = 30_000; // A busy machine of two cores.

export type Span = { readonly actor: string; readonly first: number; readonly last: number };
export type DeadLetter = Span & { readonly kind: string; readonly payload: string; readonly reason: string };
export type MirrorAudit = {
  readonly actors: number;
  readonly facts: number;
  readonly faults: readonly string[];
  readonly parked: readonly DeadLetter[];
};

/** Every actor's facts are gapless from 1 to its watermark, once each; `parked` lists what stands in for a fact that is not there. */
export async function auditMirror(postgres: SqlReader): Promise<MirrorAudit> {
  const facts = await read(postgres, "SELECT actor, seq FROM actor_fact");
  const letters = await read(postgres, "SELECT actor, seq, last_seq, kind, payload, reason FROM dead_letter");
  const marks = await read(postgres, "SELECT actor, seq FROM actor_watermark");
  const parked = letters.map(
    (row): DeadLetter => ({
      ...{ actor: String(row.actor), first: Number(row.seq), last: Number(row.last_seq) },
      ...{ kind: String(row.kind), payload: String(row.payload), reason: String(row.reason) },
    }),
  );
  const spans = facts.map((row) => ({
    actor: String(row.actor),
    first: Number(row.seq),
    last: Number(row.seq),
  }));
  const watermarks = new Map(marks.map((row) => [String(row.actor), Number(row.seq)]));
  const faults = gaplessFaults([...spans, ...parked], watermarks);
  return { actors: watermarks.size, facts: facts.length, faults, parked };
}

/** Facts and dead letters of each actor together fill 1 to its watermark, and no place twice. */
export function gaplessFaults(spans: readonly Span[], watermarks: ReadonlyMap<string, number>): string[] {
  const reached = new Map<string, number>();
  const faults: string[] = [];
  for (const { actor, first, last } of [...spans].sort((one, other) => one.first - other.first)) {
    const before = reached.get(actor) ?? 0;
    if (first > before + 1) faults.push(`${actor}: nothing stands at ${before + 1} to ${first - 1}`);
    if (first <= before) faults.push(`${actor}: ${first} stands there more than once`);
    reached.set(actor, Math.max(before, last));
  }
  for (const actor of new Set([...reached.keys(), ...watermarks.keys()])) {
    const [last = 0, mark] = [reached.get(actor), watermarks.get(actor)];
    if (last !== mark) faults.push(`${actor}: its watermark is ${mark}, its last fact ${last}`);
  }
  return faults;
}

export async function read(postgres: SqlReader, text: string, ...params: unknown[]): Promise<Row[]> {
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
