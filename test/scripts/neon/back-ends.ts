/** Runs one suite over both back ends: PGlite always, a real PostgreSQL where its binaries are installed. */
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { postgresBinaries, RealPostgres } from "../../../scripts/faults/real-postgres.ts";
import type { NeonServer } from "../../../scripts/neon/server.ts";
import { startServer, temporaryFolder } from "./neon-fixture.ts";

/** Small, so that a test can pass it with a small result. */
export const RESPONSE_BYTES_MAX = 1_000_000;

export function describeOverBothBackEnds(suite: (server: () => NeonServer) => void): void {
  const binaries = postgresBinaries();
  const realName =
    binaries === undefined ? "skipped: no postgres server binary was found" : "over PostgreSQL";

  describe("over PGlite", () => {
    startAround(suite, async () => {
      const folder = temporaryFolder();
      const dataFolder = join(folder.path, "pg");
      const server = await startServer({ dataFolder, responseBytesMax: RESPONSE_BYTES_MAX });
      return { server, stop: async () => folder.remove() };
    });
  });

  describe.runIf(binaries !== undefined)(realName, () => {
    startAround(suite, async () => {
      const postgres = await RealPostgres.start(binaries ?? "");
      const server = await startServer({ postgresUrl: postgres.url, responseBytesMax: RESPONSE_BYTES_MAX });
      return { server, stop: () => postgres.remove() };
    });
  });
}

function startAround(
  suite: (server: () => NeonServer) => void,
  start: () => Promise<{ server: NeonServer; stop(): Promise<void> }>,
): void {
  let started: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(async () => {
    await started.server.close();
    await started.stop();
  });
  suite(() => started.server);
}
