/** Runs the local Neon server until it is told to stop. */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { startNeonServer } from "./server.ts";

const USAGE = `usage: node scripts/neon/main.ts (--data DIR | --postgres URL) [--port N] [--faults] [--fsync] [--until-stdin-ends]

  --data DIR          keep an embedded Postgres in DIR
  --postgres URL      forward to this plain Postgres instead
  --port N            listen on 127.0.0.1:N; 0, the default, takes any free port
  --faults            open /faults, to delay, drop and refuse on demand; NEON_FAULTS=1 does the same
  --fsync             survive a power loss too, and not only the end of the process
  --until-stdin-ends  stop when standard input ends, so that no orphan outlives the process that started it

The password is NEON_PASSWORD, or a random one. When ready, one line is printed: Neon ready {"url", "databaseUrl"}`;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      postgres: { type: "string" },
      port: { type: "string", default: "0" },
      faults: { type: "boolean", default: false },
      fsync: { type: "boolean", default: false },
      "until-stdin-ends": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if ((values.data === undefined) === (values.postgres === undefined) || !/^\d{1,5}$/.test(values.port)) {
    throw new Error(USAGE);
  }

  const server = await startNeonServer({
    ...(values.data !== undefined && { dataFolder: values.data }),
    ...(values.postgres !== undefined && { postgresUrl: values.postgres }),
    port: Number(values.port),
    password: process.env["NEON_PASSWORD"] || randomBytes(24).toString("base64url"),
    faults: values.faults || process.env["NEON_FAULTS"] === "1",
    fsync: values.fsync,
  });
  const stop = () => void server.close().then(() => process.exit());
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  if (values["until-stdin-ends"]) process.stdin.once("end", stop).once("error", stop).resume();
  console.log(`Neon ready ${JSON.stringify({ url: server.url, databaseUrl: server.databaseUrl })}`);
}
