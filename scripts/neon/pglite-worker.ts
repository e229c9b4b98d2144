/** The database's thread: runs one command at a time and keeps the house that Postgres's absent helpers would keep. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { execute } from "./execute.ts";
import type { Command, Report, ThreadData, ThreadOptions } from "./pglite-messages.ts";
import { PgliteSession } from "./pglite-session.ts";

/** Counts what this session did since its last report: it reports once a second, after a request, or not at all. */
const COUNT_SQL = "SELECT pg_catalog.pg_stat_force_next_flush()";

/** Due as autovacuum's defaults have it. */
const TABLE_DUE_SQL = `
  SELECT s.relid::pg_catalog.regclass::text
  FROM pg_catalog.pg_stat_user_tables AS s JOIN pg_catalog.pg_class AS c ON c.oid = s.relid
  WHERE s.n_dead_tup > 50 + 0.2 * greatest(c.reltuples, 0)
     OR s.n_ins_since_vacuum > 1000 + 0.2 * greatest(c.reltuples, 0)
     OR s.n_mod_since_analyze > 50 + 0.1 * greatest(c.reltuples, 0)
  ORDER BY s.n_mod_since_analyze DESC
  LIMIT 1`;

class Housekeeper {
  readonly #session: PgliteSession;
  readonly #options: ThreadOptions;
  #checkpointedAt: number;
  #walPosition: number;
  #checkpoints = 0;
  #vacuums = 0;
  #tidied: string | null = null;

  constructor(session: PgliteSession, options: ThreadOptions, walPosition: number) {
    this.#session = session;
    this.#options = options;
    // Opening ends with a checkpoint wherever there was something to recover.
    this.#checkpointedAt = walPosition;
    this.#walPosition = walPosition;
  }

  async handle(command: Command, report: (message: Report) => void): Promise<void> {
    switch (command.kind) {
      case "run":
        report({
          kind: "reply",
          reply: await execute(this.#session, command.body, command.options, this.#options.responseBytesMax),
        });
        await this.#session.reset();
        await this.#checkpointIfDue();
        break;
      case "tidy":
        await this.#vacuumTableDue();
        await this.#checkpointIfDue();
        break;
      case "close":
        await this.#session.close();
        break;
    }
    report({ kind: "settled", gauges: this.gauges() });
  }

  gauges() {
    return {
      walBytes: this.#walPosition - this.#checkpointedAt,
      checkpoints: this.#checkpoints,
      vacuums: this.#vacuums,
      fsyncs: this.#session.fsyncs,
      memoryBytes: this.#session.memoryBytes(),
      tidied: this.#tidied,
    };
  }

  /** Judged after every request: one that failed or was rolled back has written WAL too. */
  async #checkpointIfDue(): Promise<void> {
    this.#walPosition = await this.#session.walPosition();
    if (this.#walPosition - this.#checkpointedAt <= this.#options.checkpointBytes) return;
    await this.#session.command("CHECKPOINT");
    this.#walPosition = await this.#session.walPosition();
    this.#checkpointedAt = this.#walPosition;
    this.#checkpoints += 1;
  }

  /** One table only, so that a request that arrives meanwhile waits for one table and not for all. */
  async #vacuumTableDue(): Promise<void> {
    await this.#session.command(COUNT_SQL);
    const { rows } = await this.#session.command(TABLE_DUE_SQL);
    this.#tidied = rows[0]?.[0] ?? null;
    if (this.#tidied === null) return;
    await this.#session.command(`VACUUM ANALYZE ${this.#tidied}`);
    this.#vacuums += 1;
  }
}

async function main(port: MessagePort, { options, postgres }: ThreadData): Promise<void> {
  const report = (message: Report) =>
    port.postMessage(message, message.kind === "reply" ? [message.reply.body.buffer] : []);
  const onFatal = (reason: string): never => {
    report({ kind: "fatal", reason });
    // Stops this thread at once, not the process: whatever PGlite would do next is not to be trusted.
    process.exit(1);
  };

  const { folder, fsync } = options;
  const session = await PgliteSession.open({ folder, fsync, postgres, onFatal });
  await session.reset();
  const housekeeper = new Housekeeper(session, options, await session.walPosition());
  port.on("message", (command: Command) => {
    housekeeper.handle(command, report).catch((error: unknown) => onFatal(String(error)));
  });
  report({ kind: "ready", gauges: housekeeper.gauges() });
}

if (parentPort === null) throw new Error("pglite-worker.ts runs as a worker thread only");
await main(parentPort, workerData as ThreadData);
