/** The breaker in front of Postgres: while nobody is there, batches are refused at once rather than hang. On disk: an eviction begins no new one. */
import { type Log, type Mirror, MirrorDataError, MirrorRefusedError } from "../../src/ports.ts";
import { BreakerRows } from "../runtime/breaker-rows.ts";
import type { Clock } from "../runtime/clock.ts";
import { Guard, lineOf } from "../runtime/guard.ts";
import type { Sql } from "../runtime/sql.ts";

const BREAKER = "postgres";

export type PostgresGuardOptions = {
  readonly actor: string;
  readonly sql: Sql;
  readonly clock: Clock;
  readonly randomFraction: () => number;
  readonly log: Log;
  readonly turned: () => void;
};

export function postgresGuard({
  actor,
  sql,
  clock,
  randomFraction,
  log,
  turned,
}: PostgresGuardOptions): Guard {
  const rows = new BreakerRows(sql);
  return new Guard({
    ...{ name: BREAKER, clock, randomFraction, loaded: rows.load(BREAKER) },
    isAnswer: (error) => error instanceof MirrorDataError || error instanceof MirrorRefusedError,
    turned: (state, cause) => {
      rows.turned(BREAKER, state);
      const { level, event, fields } = lineOf(BREAKER, state, cause);
      log(level, event, { actor, ...fields });
      turned();
    },
  });
}

type Target = Pick<Mirror, "commit" | "park">;

/** One transaction is one call: the probe is whatever waits by then. */
export const guardedMirror = (mirror: Target, guard: Guard): Target => ({
  commit: (batches) => guard.run(() => mirror.commit(batches)),
  park: (batch, reason) => guard.run(() => mirror.park(batch, reason)),
});
