/** The README's own commands, taken from its page and run as they stand against a fresh platform with the generator. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import { freePort, Stack } from "../../scripts/faults/stack.ts";

let folder: string;
let stack: Stack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "outcry-readme-"));
  stack = await Stack.start({ data: join(folder, ".outcry"), port: await freePort(), feed: "sim" });
  // A reader is slower than the first generated trade.
  const quote = () =>
    stack.api.once<{ stale?: boolean; last?: object | null }>("GET", "/v1/symbols/SIM:ROCKET/quote");
  await eventually(quote, ({ body }) => body.stale === false && (body.last ?? null) !== null);
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything between ```sh fences of the chapter. */
function commandsOf(chapter: string): string {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const text = readme.split(/^## /m).find((part) => part.startsWith(chapter)) ?? "";
  return [...text.matchAll(/```sh\n(.*?)```/gs)].map((match) => match[1]).join("\n");
}

test("lead from a tick to a decision with its reasons, a position and a strategy's candle", () => {
  const { stdout, stderr, status } = spawnSync("bash", ["-eu", "-c", commandsOf("Try")], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const replies = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(replies.filter((reply) => "code" in reply && "status" in reply)).toEqual([]);
  const [instruments, quote, bars, account, limits, orders, executions, positions, created, strategies, m2m] =
    replies;
  expect(instruments.items).toHaveLength(3);
  expect(quote).toMatchObject({ symbol: "SIM:ROCKET", stale: false });
  expect(bars.bars.length).toBeGreaterThan(0);
  expect(account).toMatchObject({ account: "demo", state: "active" });
  expect(limits).toEqual({ version: 1 });
  expect(orders.decisions[0]).toMatchObject({
    decision: "reduce",
    allowedQty: "200",
    code: "max-position-qty",
  });
  expect(executions.results).toEqual([{ execId: "e1", status: "applied" }]);
  expect(positions.items).toEqual([
    expect.objectContaining({ symbol: "SIM:ROCKET", qty: "200", avgPrice: "25" }),
  ]);
  expect(strategies.items[0]).toMatchObject({ id: created.id, name: "rocket" });
  expect(m2m.candles.length).toBeGreaterThan(0);
});

test("put a label on a symbol, change it, list it and show who changed what", () => {
  const words = commandsOf("Try")
    .split("\n")
    .filter((line) => /^(export |api\(\))/.test(line));
  const { stdout, stderr, status } = spawnSync(
    "bash",
    ["-eu", "-c", [...words, commandsOf("Labels")].join("\n")],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  expect([stderr, status]).toEqual(["", 0]);
  const [made, changed, listed, history] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(made).toMatchObject({ id: "entry", text: "long <b>again</b>", version: 1 });
  expect(changed).toMatchObject({ text: "long", metadata: { rule: "breakout", size: 50 }, version: 2 });
  expect(listed).toMatchObject({ items: [changed], total: 1 });
  expect(history.items).toMatchObject([
    { what: "changed", label: changed },
    { what: "created", label: made },
  ]);
});

test("show a stream: the acknowledgement, a snapshot of each topic, then changes in their order", () => {
  const { stdout, stderr, status } = spawnSync("bash", ["-eu", "-c", commandsOf("Streams")], {
    cwd: join(import.meta.dirname, "../.."),
    encoding: "utf8",
    env: { ...process.env, URL: stack.dev.url, KEY: stack.dev.apiKey },
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const frames = stdout.trim().split("\n");
  const messages = frames.flatMap((frame): { op?: string; topic?: string; type?: string; seq: number }[] =>
    JSON.parse(frame),
  );
  expect(messages[0]).toMatchObject({ op: "ack", id: 1, errors: [] });
  const quotes = messages.filter(({ topic }) => topic === "quote.SIM:ROCKET");
  expect(quotes[0]?.type).toBe("snap");
  expect(quotes.length).toBeGreaterThan(1);
  expect(quotes.map(({ seq }) => seq)).toEqual(quotes.map((_, index) => (quotes[0]?.seq ?? 0) + index));
});
