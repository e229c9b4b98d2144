/** A real PostgreSQL server, where its binaries are installed: a folder and a port of its own, to be stopped and started at will. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import pg from "pg";
import { freePort } from "./stack.ts";

/** Where the server's binaries are, or undefined where there are none: Debian's place first, then the PATH. */
export function postgresBinaries(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** How PostgreSQL itself names the ways to stop: `fast` ends sessions with 57P01, `immediate` leaves without a word and recovers later. */
const SIGNALS = { fast: "SIGINT", immediate: "SIGQUIT" } as const;

export class RealPostgres {
  readonly url: string;
  readonly port: number;
  readonly #binaries: string;
  readonly #folder: string;
  readonly #as: RunAs;
  #server: ChildProcess | undefined;

  private constructor(binaries: string, folder: string, port: number, as: RunAs) {
    this.#binaries = binaries;
    this.#folder = folder;
    this.#as = as;
    this.port = port;
    this.url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  }

  /** A new, empty database in a temporary folder, running. */
  static async start(binaries: string): Promise<RealPostgres> {
    const folder = mkdtempSync(join(tmpdir(), "outcry-postgres-"));
    const as = unprivileged();
    if ("uid" in as) chownSync(folder, as.uid, as.gid);
    const data = join(folder, "data");
    const words = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"];
    execFileSync(join(binaries, "initdb"), words, { ...as, stdio: ["ignore", "ignore", "inherit"] });
    const postgres = new RealPostgres(binaries, folder, await freePort(), as);
    await postgres.resume();
    return postgres;
  }

  async stop(how: keyof typeof SIGNALS = "immediate"): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = new Promise((resolve) => server.once("exit", resolve));
    server.kill(SIGNALS[how]);
    await exited;
  }

  /** With the same folder and port; resolves when it takes connections. */
  async resume(): Promise<void> {
    const words = ["-D", join(this.#folder, "data"), "-p", String(this.port), "-h", "127.0.0.1"];
    const server = spawn(join(this.#binaries, "postgres"), [...words, "-k", this.#folder], {
      ...this.#as,
      stdio: "ignore",
    });
    this.#server = server;
    await accepts(this.url, server);
  }

  /** Stops it and takes its folder away. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

type RunAs = { cwd: string } | { cwd: string; uid: number; gid: number };

/** Postgres refuses to run as root. */
function unprivileged(): RunAs {
  if (process.getuid?.() !== 0) return { cwd: "/" };
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const entry =
    lines.find((line) => line.startsWith("postgres:")) ?? lines.find((line) => line.startsWith("nobody:"));
  const [, , uid, gid] = (entry ?? "").split(":");
  return { cwd: "/", uid: Number(uid), gid: Number(gid) };
}

async function accepts(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    const client = new pg.Client(url);
    client.on("error", () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
