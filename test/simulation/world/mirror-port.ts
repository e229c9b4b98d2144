/** In place of `src/db/mirror.ts`: Postgres as the world that runs has it. */
import type { Mirror } from "../../../src/ports.ts";

let present: Mirror | undefined;

export function servePostgres(mirror: Mirror | undefined): void {
  present = mirror;
}

const served = (): Mirror => {
  if (present === undefined) throw new Error("no world runs");
  return present;
};

export const mirrorFor = (): Mirror => ({
  commit: (batches) => served().commit(batches),
  park: (batch, reason) => served().park(batch, reason),
  watermarks: (turn, limit) => served().watermarks(turn, limit),
  maintain: (now) => served().maintain(now),
  ping: () => served().ping(),
});
