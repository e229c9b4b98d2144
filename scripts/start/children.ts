/** The processes behind a local platform: each in its own process group, all stopped together, none left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ChildLog } from "./child-log.ts";
import { Reaper } from "./reaper.ts";

export type ChildPlan = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logFile: string;
  /** Hears each line first; a line that it takes is written nowhere. */
  readonly take?: (line: string) => boolean;
};

/** A child that ended though nobody told it to. */
export class ChildEnded extends Error {
  override readonly name = "ChildEnded";
}

/** workerd and Postgres need a moment to end by themselves; after it they are killed, which loses nothing either. */
const GRACE_MS = 5_000;
const KILL_MS_MAX = 3_000;
const POLL_MS = 25;

type Running = { readonly name: string; readonly group: number; readonly log: ChildLog };

export class Children {
  readonly #running: Running[] = [];
  readonly #reaper = new Reaper();
  readonly #graceMs: number;
  readonly #failure = Promise.withResolvers<never>();
  #stopping: Promise<void> | undefined;

  constructor(graceMs = GRACE_MS) {
    this.#graceMs = graceMs;
    // Whoever races against it hears of it; until somebody does, it is no unhandled rejection.
    this.#failure.promise.catch(() => {});
  }

  /** Rejects when any child ends by itself. */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  start(plan: ChildPlan): void {
    const log = new ChildLog(plan.logFile);
    // `detached` makes a group of its own, so that Ctrl-C reaches only us and a stop reaches every grandchild.
    const child = spawn(plan.command, plan.args, {
      ...{ cwd: plan.cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] },
      env: { ...process.env, ...plan.env },
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        if (plan.take?.(line) !== true) log.line(line);
      });
    }
    if (child.pid !== undefined) {
      this.#running.push({ name: plan.name, group: child.pid, log });
      this.#reaper.watch(child.pid);
    }
    this.#watch(plan.name, child, log);
  }

  #watch(name: string, child: ChildProcess, log: ChildLog): void {
    const fail = (how: string): void => {
      if (this.#stopping !== undefined) return;
      const said = log.tail();
      this.#failure.reject(new ChildEnded(`${name} ${how}.${said === "" ? "" : ` It said last:\n${said}`}`));
    };
    child.on("error", (error) => fail(`did not start: ${error.message}`));
    // `close` comes after its last words.
    child.on("close", (code, signal) =>
      fail(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
    );
  }

  /** In the reverse order of their start; resolves when no process of any group is left. */
  stopAll(): Promise<void> {
    this.#stopping ??= this.#stopEach();
    return this.#stopping;
  }

  /** At once and without a wait, for somebody who asks twice. */
  killAll(): void {
    for (const { group } of this.#running) signalGroup(group, "SIGKILL");
  }

  async #stopEach(): Promise<void> {
    for (const { group } of this.#running.toReversed()) {
      signalGroup(group, "SIGTERM");
      if (await groupGone(group, this.#graceMs)) continue;
      signalGroup(group, "SIGKILL");
      await groupGone(group, KILL_MS_MAX);
    }
    this.#reaper.dismiss();
    for (const { log } of this.#running) log.close();
  }
}

async function groupGone(group: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (signalGroup(group, 0)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/** Whether the group still had a process. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
