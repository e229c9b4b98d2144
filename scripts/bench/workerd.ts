/** A workerd of our own: started with a generated configuration, stopped by its id. */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type WorkerdPlan, workerdConfig } from "./workerd-config.ts";

export type WorkerdOptions = Omit<WorkerdPlan, "module" | "objects"> & {
  readonly folder: string;
  /** The bundle. */
  readonly file: string;
  readonly inspectorPort?: number;
};

// The package says where its binary is, and has no types.
const WORKERD: string = createRequire(import.meta.url)("workerd").default;

/** A start takes half a second; a machine that is busy takes more. */
const START_MS_MAX = 20_000;
// Whatever happens to us, nothing of ours goes on.
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

/** The unit of /proc/<pid>/statm. */
const PAGE_BYTES = 4_096;
/** Each live object holds three open files. */
const OPEN_FILES = 65_536;

export class Workerd {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
    this.pid = process.pid ?? 0;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start({ folder, file, inspectorPort, ...plan }: WorkerdOptions): Promise<Workerd> {
    const objects = join(folder, "objects");
    mkdirSync(objects, { recursive: true });
    const module = basename(file);
    copyFileSync(file, join(folder, module));
    const config = join(folder, "config.capnp");
    writeFileSync(config, workerdConfig({ ...plan, module, objects }));
    const inspector = inspectorPort === undefined ? "" : ` --inspector-addr=127.0.0.1:${inspectorPort}`;
    const command = `ulimit -Sn ${OPEN_FILES} 2>/dev/null; exec "$0" serve${inspector} "$1"`;
    const child = spawn("sh", ["-c", command, WORKERD, config], { stdio: ["ignore", "inherit", "inherit"] });
    running.add(child);
    child.once("close", () => running.delete(child));
    const workerd = new Workerd(child, plan.port);
    await workerd.#listening();
    return workerd;
  }

  /** What the process holds in memory now. */
  get residentBytes(): number {
    return Number(readFileSync(`/proc/${this.pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once("close", resolve));
    this.#process.kill("SIGKILL");
    await gone;
  }

  async #listening(): Promise<void> {
    const giveUpAt = Date.now() + START_MS_MAX;
    while (!(await answers(this.port))) {
      if (this.#process.exitCode !== null) throw new Error("workerd ended at its start");
      if (Date.now() > giveUpAt) throw new Error("workerd does not listen");
      await sleep(50);
    }
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (listens: boolean) => () => {
      socket.destroy();
      resolve(listens);
    };
    socket.once("connect", end(true)).once("error", end(false));
  });
