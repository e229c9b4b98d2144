/**
 * Kills the children's process groups when this process is gone without having stopped them, as after kill -9: a shell
 * in a session of its own reads their ids from a pipe that ends with us.
 */
import { type ChildProcess, spawn } from "node:child_process";

const SCRIPT = `groups=
while read -r group; do groups="$groups -$group"; done
[ -z "$groups" ] || kill -s KILL -- $groups 2>/dev/null`;

export class Reaper {
  readonly #shell: ChildProcess;

  constructor() {
    this.#shell = spawn("/bin/sh", ["-c", SCRIPT], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    // A reaper that cannot be told of a child is no reason to stop; a normal stop needs none.
    this.#shell.stdin?.on("error", () => {});
    this.#shell.on("error", () => {});
    this.#shell.unref();
  }

  watch(group: number): void {
    this.#shell.stdin?.write(`${group}\n`);
  }

  /** The children are gone: their numbers may soon be somebody else's. */
  dismiss(): void {
    this.#shell.kill("SIGKILL");
  }
}
