/** A Postgres for [archive]: the local server that speaks Neon's protocol, over PGlite or over the plain Postgres of DATABASE_URL. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { migrate } from "../migrate.ts";

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
