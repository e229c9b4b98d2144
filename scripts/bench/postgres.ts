/** A Postgres for [archive]: the local server that speaks Neon's protocol, over PGlite or over the plain Postgres of DATABASE_URL. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { postgresAt } from "../../src/db/neon.ts";
import { migrate } from "../migrate.ts";

/** Counting rows takes a second or two. */
const SIZE_MS_MAX = 10_000;
const PROJECT = join(import.meta.dirname, "../..");

export class Postgres {
  readonly databaseUrl: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, databaseUrl: string) {
    this.#process = process;
    this.databaseUrl = databaseUrl;
  }

  static async start(folder: string): Promise<Postgres> {
    const plain = process.env["DATABASE_URL"];
    const source = plain === undefined ? ["--data", join(folder, "postgres")] : ["--postgres", plain];
    const args = [
      "--disable-warning=ExperimentalWarning",
      "scripts/neon/main.ts",
      ...source,
      "--until-stdin-ends",
    ];
    const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ["pipe", "pipe", "inherit"] });
    const url = await readyUrl(child);
    await migrate(url);
    return new Postgres(child, url);
  }

  /** Bytes on disk of one row, its indexes included: of all partitions whose names begin so. */
  async bytesPerRow(table: "actor_fact" | "bar"): Promise<number> {
    const text = `SELECT sum(pg_total_relation_size(oid))::float / (SELECT count(*) FROM ${table}) AS bytes FROM pg_class
WHERE relkind = 'r' AND oid IN (SELECT relid FROM pg_partition_tree($1) WHERE isleaf)`;
    const [row] = await postgresAt(this.databaseUrl).query({ text, params: [table] }, SIZE_MS_MAX);
    return Number(row?.["bytes"]);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once("close", resolve));
    this.#process.stdin?.end();
    await gone;
  }
}

/** The server's own word: `Neon ready {"url","databaseUrl"}`. */
function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("close", () => reject(new Error("Postgres ended at its start")));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = /^Neon ready (\{.*\})$/.exec(line)?.[1];
      if (said !== undefined) resolve((JSON.parse(said) as { databaseUrl: string }).databaseUrl);
    });
  });
}
