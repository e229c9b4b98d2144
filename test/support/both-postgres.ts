/** One suite over PGlite, as `npm start` has it, and over a real PostgreSQL where this machine has one. */
import { describe } from "vitest";
import { postgresBinaries, RealPostgres } from "../../scripts/faults/real-postgres.ts";
import { startTestPostgres, type TestPostgres } from "./postgres.ts";

export function overBoth(suite: (start: () => Promise<TestPostgres>) => void): void {
  describe("over PGlite", () => suite(() => startTestPostgres()));
  const binaries = postgresBinaries();
  describe.runIf(binaries !== undefined)("over PostgreSQL", () => suite(() => overReal(binaries ?? "")));
}

async function overReal(binaries: string): Promise<TestPostgres> {
  const real = await RealPostgres.start(binaries);
  const database = await startTestPostgres(true, real.url);
  return {
    ...database,
    close: async () => {
      await database.close();
      await real.remove();
    },
  };
}
