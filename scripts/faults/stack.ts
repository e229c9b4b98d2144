/** The built product as a user starts it: `npm start` with a port and a folder of its own, stopped or killed as a whole. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ApiClient } from "../client.ts";

export type StackOptions = {
  readonly data: string;
  readonly port: number;
  readonly feed?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};
export type DevFile = {
  readonly url: string;
  readonly apiKey: string;
  readonly databaseUrl: string;
  readonly pid: number;
};

const PROJECT = join(import.meta.dirname, "../..");
/** A cold start of Postgres and workerd on a busy machine of two cores. */
const START_MS_MAX = 120_000;

export class Stack {
  readonly dev: DevFile;
  readonly api: ApiClient;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, dev: DevFile) {
    this.#process = process;
    this.dev = dev;
    this.api = new ApiClient({ url: dev.url, apiKey: dev.apiKey }, { patienceMs: 60_000 });
  }

  /** Resolves when the platform says `Outcry ready`. */
  static async start({ data, port, feed = "none", args = [], env = {} }: StackOptions): Promise<Stack> {
    const flags = ["--data", data, "--port", String(port), "--feed", feed, "--quiet", ...args];
    const child = spawn(process.execPath, ["scripts/start.mjs", ...flags], {
      cwd: PROJECT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    await readyLine(child);
    const dev: DevFile = JSON.parse(readFileSync(join(data, "dev.json"), "utf8"));
    return new Stack(child, dev);
  }

  /** SIGTERM, and every child with it. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once("close", resolve));
    this.#process.kill("SIGTERM");
    await gone;
  }

  /** kill -9 of every process of the platform at the same moment: no one gets to write a last word. */
  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once("close", resolve));
    for (const pid of descendantsOf(this.#process.pid ?? 0)) killNow(pid);
    await gone;
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // SAFETY: a TCP server that listens has such an address.
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const timer = setTimeout(
      () => reject(new Error(`not ready in time; it said:\n${said.join("\n")}`)),
      START_MS_MAX,
    );
    const hear = (line: string): void => {
      said.push(line);
      if (!line.startsWith("Outcry ready")) return;
      clearTimeout(timer);
      resolve();
    };
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface({ input: stream }).on("line", hear);
    child.once("close", (code) =>
      reject(new Error(`it ended with code ${code}; it said:\n${said.join("\n")}`)),
    );
  });
}

/** The process and all that it started, and they, parents first. */
function descendantsOf(root: number): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const children = new Map<number, number[]>();
  for (const row of rows) {
    const [pid = 0, parent = 0] = row.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was gone already.
  }
}
