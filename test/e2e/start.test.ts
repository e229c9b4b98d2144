/** `npm start` as a user knows it: what a restart keeps, who may run beside it, and that it leaves nothing behind. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import { freePort, Stack } from "../../scripts/faults/stack.ts";
import { Outcry } from "../../src/client/outcry.ts";
import type { Missed } from "../../src/client/streams/followed.ts";
import type { Stream } from "../../src/client/streams/stream.ts";

const PROJECT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "outcry-e2e-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Process = { readonly pid: number; readonly parent: number; readonly command: string };

/** Everything that runs and was not only left unburied by its parent. */
function processes(): Process[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="], { encoding: "utf8" }).trim().split("\n");
  return rows.flatMap((row) => {
    const [, pid, parent, state = "", command = ""] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(row) ?? [];
    return state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** The process and all that it started, and they. */
function familyOf(root: number): Process[] {
  const all = processes();
  const family = all.filter(({ pid }) => pid === root);
  for (const { pid } of family) family.push(...all.filter(({ parent }) => parent === pid));
  return family;
}

const still = (family: readonly Process[]): Process[] =>
  processes().filter(({ pid, command }) => family.some((one) => one.pid === pid && one.command === command));

/** Signals arrive when they arrive; the test ends with the last of the family, or with its own time. */
async function untilGone(family: readonly Process[]): Promise<void> {
  while (still(family).length > 0) await sleep(50);
}

const instrument = {
  ...{
    description: "Kept",
    type: "equity",
    exchange: "TEST",
    currency: "USD",
    tickSize: "0.01",
    lotSize: "1",
  },
  ...{ multiplier: "1", timezone: "UTC", session: "24x7", status: "active" },
};

/** A client that was there before and knows of no restart. */
class Listener {
  readonly trades: (string | undefined)[] = [];
  readonly missed: Missed[] = [];
  readonly stream: Stream;

  constructor({ url, apiKey }: { readonly url: string; readonly apiKey: string }) {
    this.stream = new Outcry({ url, apiKey }).stream({ missed: (missed) => this.missed.push(missed) });
    this.stream.subscribe("trades.TEST:KEPT", (message) => {
      if (message.type === "snap" || message.type === "delta")
        this.trades.push(...message.data.map(({ id }) => id));
    });
  }
}

const trade = ({ api }: Stack, id: string): Promise<unknown> =>
  api.postTicks("test", [
    { type: "trade", symbol: "TEST:KEPT", ts: Date.now(), price: "100", size: "1", id },
  ]);

/** Each goes on with the platforms that the one before it leaves: a start is what takes the time. */
describe("a platform", () => {
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  let first: Stack;
  let second: Stack;
  afterAll(() => Promise.all([first?.stop(), second?.stop()]));

  test("that is killed leaves no process, and goes on with its key, state and listeners on the same port", async () => {
    const port = await freePort();
    const killed = await Stack.start({ data: one, port });
    const family = familyOf(killed.dev.pid);
    expect(family.some(({ command }) => command.includes("workerd serve"))).toBe(true);
    await killed.api.put("/v1/instruments/TEST:KEPT", instrument);
    const listener = new Listener(killed.dev);
    await listener.stream.ready;
    await trade(killed, "before");
    await eventually(
      async () => listener.trades,
      (trades) => trades.includes("before"),
    );
    process.kill(killed.dev.pid, "SIGKILL");
    await untilGone(family);
    await killed.stop();

    first = await Stack.start({ data: one, port });
    const { apiKey, url, databaseUrl } = killed.dev;
    expect(first.dev).toMatchObject({ apiKey, url, databaseUrl });
    expect(await first.api.get("/v1/instruments/TEST:KEPT")).toMatchObject(instrument);
    await trade(first, "after");
    await eventually(
      async () => listener.trades,
      (trades) => trades.includes("after"),
    );
    expect(listener).toMatchObject({ trades: ["before", "after"], missed: [] });
    listener.stream.close();
  });

  test("shares nothing with one beside it, and lets no second one into its folder", async () => {
    second = await Stack.start({ data: two, port: await freePort() });
    expect(await first.api.get("/v1/instruments/TEST:KEPT")).toMatchObject(instrument);
    expect((await second.api.once("GET", "/v1/instruments/TEST:KEPT")).status).toBe(404);
    await expect(Stack.start({ data: one, port: await freePort() })).rejects.toThrow(
      `${one} is in use by another running Outcry (${first.dev.url}, process ${first.dev.pid})`,
    );
    expect((await first.api.once("GET", "/health/ready")).status).toBe(200);
  });

  test("that is stopped leaves no process", async () => {
    const families = [first, second].map(({ dev }) => familyOf(dev.pid));
    expect(families.every((family) => family.some(({ command }) => command.includes("workerd serve")))).toBe(
      true,
    );
    await Promise.all([first.stop(), second.stop()]);
    expect(still(families.flat())).toEqual([]);
  });

  test("that loses its Postgres process ends by itself, and says of what", async () => {
    const args = ["scripts/start.ts", "--data", two, "--port", String(await freePort()), "--feed", "none"];
    const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(child, "close");
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    // Leaving the loop closes the pipe: what the platform says from then on is read by nobody, and it goes on.
    for await (const text of child.stdout.setEncoding("utf8")) if (text.includes("Outcry ready")) break;
    const family = familyOf(child.pid ?? 0);
    process.kill(family.find(({ command }) => command.includes("scripts/neon/main.ts"))!.pid, "SIGKILL");
    const [code] = await ended;
    expect(code).toBe(1);
    expect(said).toContain("Postgres was ended by SIGKILL");
    expect(said).not.toContain(JSON.parse(readFileSync(join(two, "secrets.json"), "utf8")).databasePassword);
    expect(still(family)).toEqual([]);
  });
});
