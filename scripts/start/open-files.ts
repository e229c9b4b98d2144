/** Each live object holds open files: the soft limit is raised as far as it goes, and has to be enough. */
import { spawnSync } from "node:child_process";

/** workerd opens an object's database, its log and its index. */
const FILES_PER_OBJECT = 3;

export class TooFewFiles extends Error {
  override readonly name = "TooFewFiles";
}

// A system may name a hard limit that it does not grant as a soft one; then the soft one stays.
const RAISE = 'ulimit -Sn "$(ulimit -Hn)" 2>/dev/null';

/** The command under a raised limit, which only a shell can set. */
export const withRaisedLimit = (command: string, args: readonly string[]): [string, string[]] => [
  "/bin/sh",
  ["-c", `${RAISE}; exec "$@"`, "sh", command, ...args],
];

export function refuseTooFewFiles(objects: number): void {
  const limit = raisedLimit();
  if (limit / FILES_PER_OBJECT >= objects) return;
  throw new TooFewFiles(
    `this machine allows ${limit} open files, enough for ${Math.floor(limit / FILES_PER_OBJECT)} objects at once, ` +
      `and ${objects} are asked for: raise the hard limit (ulimit -Hn), or ask for fewer with --objects.`,
  );
}

function raisedLimit(): number {
  const { stdout } = spawnSync("/bin/sh", ["-c", `${RAISE}; ulimit -Sn`], { encoding: "utf8" });
  const said = stdout.trim();
  return said === "unlimited" ? Number.POSITIVE_INFINITY : Number(said);
}
