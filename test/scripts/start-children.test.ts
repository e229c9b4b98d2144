import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { ChildEnded, Children } from "../../scripts/start/children.ts";

const folder = mkdtempSync(join(tmpdir(), "outcry-children-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HOST = join(import.meta.dirname, "../support/children-host.ts");
const plan = (name: string, script: string) => ({
  ...{ name, cwd: folder, logFile: join(folder, `${name}.log`) },
  ...{ command: process.execPath, args: ["-e", script] },
});

/** A process that ended but was not waited for yet is gone: it holds nothing. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}

async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(alive)) await sleep(20);
}

/** Lines of a child, as they come. */
function heard() {
  const lines: string[] = [];
  const first = Promise.withResolvers<string>();
  const take = (line: string): boolean => {
    lines.push(line);
    first.resolve(line);
    return false;
  };
  return { lines, first: first.promise, take };
}

describe("children", () => {
  test("are all gone after a stop, also grandchildren that ignore the request", async () => {
    const children = new Children(200);
    const { first, take } = heard();
    const grandchild = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)`;
    const parent = `const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["-e", ${JSON.stringify(grandchild)}]);
      setTimeout(() => console.log(process.pid, child.pid), 300); setInterval(() => {}, 1000);`;
    children.start({ ...plan("stubborn", parent), take });
    const pids = (await first).split(" ").map(Number);
    expect(pids.filter(alive)).toHaveLength(2);
    await children.stopAll();
    expect(pids.filter(alive)).toEqual([]);
  });

  test("that end by themselves are a failure that says how, and what they said last", async () => {
    const children = new Children();
    children.start(plan("short", `console.log("one"); console.error("the reason"); process.exitCode = 3`));
    const failed = expect(children.failed);
    await failed.rejects.toThrow(ChildEnded);
    await expect(children.failed).rejects.toThrow(
      /^short ended with code 3\. It said last:\n(one\n)?the reason(\none)?$/,
    );
    await children.stopAll();
    expect(readFileSync(join(folder, "short.log"), "utf8")).toContain("the reason");
  });

  test("that cannot be started are a failure too", async () => {
    const children = new Children();
    children.start({ ...plan("absent", ""), command: join(folder, "no-such-program") });
    await expect(children.failed).rejects.toThrow("absent did not start");
    await children.stopAll();
  });

  test("that end during a stop are none", async () => {
    const children = new Children();
    const { first, take } = heard();
    children.start({ ...plan("calm", `console.log("up"); setInterval(() => {}, 1000)`), take });
    await first;
    await children.stopAll();
    expect(await Promise.race([children.failed, sleep(50, "no failure")])).toBe("no failure");
  });

  test("may say what no log keeps", async () => {
    const children = new Children();
    const secret = Promise.withResolvers<void>();
    const take = (line: string): boolean => {
      if (line === "open") secret.resolve();
      return line.startsWith("secret");
    };
    children.start({
      ...plan("quiet", `console.log("secret 1"); console.log("open"); setInterval(() => {}, 1000)`),
      take,
    });
    await secret.promise;
    await children.stopAll();
    expect(readFileSync(join(folder, "quiet.log"), "utf8")).toBe("open\n");
  });

  test("do not outlive a kill -9 of the program that started them", async () => {
    const host = spawn(process.execPath, [HOST, folder, join(folder, "host.log")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = await once(host.stdout.setEncoding("utf8"), "data");
    const pids = String(said).trim().split(" ").slice(1).map(Number);
    expect(pids.filter(alive)).toHaveLength(2);
    host.kill("SIGKILL");
    await untilGone(pids);
  });
});
