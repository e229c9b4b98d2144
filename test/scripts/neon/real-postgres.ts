/** A real PostgreSQL server for tests, where its binaries are installed: a temporary folder, a free port. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { delimiter, join } from "node:path";
import pg from "pg";
import { temporaryFolder } from "./neon-fixture.ts";

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

export interface RealPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startRealPostgres(binaries: string): Promise<RealPostgres> {
  const folder = temporaryFolder();
  const data = join(folder.path, "data");
  const port = await freePort();
  const as = unprivileged();
  if ("uid" in as) chownSync(folder.path, as.uid, as.gid);
  execFileSync(
    join(binaries, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
    as,
  );
  const server = spawn(
    join(binaries, "postgres"),
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder.path, "-F"],
    { ...as, stdio: "ignore" },
  );
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  await accepts(url, server);
  return {
    url,
    stop: async () => {
      const exited = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGQUIT");
      await exited;
      folder.remove();
    },
  };
}

/** Postgres refuses to run as root. */
function unprivileged(): { cwd: string } | { cwd: string; uid: number; gid: number } {
  if (process.getuid?.() !== 0) return { cwd: "/" };
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const entry =
    lines.find((line) => line.startsWith("postgres:")) ?? lines.find((line) => line.startsWith("nobody:"));
  const [, , uid, gid] = (entry ?? "").split(":");
  return { cwd: "/", uid: Number(uid), gid: Number(gid) };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
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
