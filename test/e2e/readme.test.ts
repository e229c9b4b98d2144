/** The commands of the README and of the guide, taken from their pages and run as they stand against a fresh platform with the generator. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

const ROOT = join(import.meta.dirname, "../..");
const GUIDE = join(ROOT, "docs/guide");
const CHAPTERS = [join(ROOT, "README.md"), ...readdirSync(GUIDE).map((page) => join(GUIDE, page))].flatMap(
  (page) => readFileSync(page, "utf8").split(/^## /m).slice(1),
);

/** Everything between ```sh fences of the chapter. */
function commandsOf(chapter: string): string {
  const text = CHAPTERS.find((part) => part.startsWith(chapter)) ?? "";
  return [...text.matchAll(/```sh\n(.*?)```/gs)].map((match) => match[1]).join("\n");
}

/** Runs a chapter's commands behind the words that the first one defines; each reply is a line. */
// biome-ignore lint/suspicious/noExplicitAny: each test says what its replies are.
function repliesOf(commands: string, words = /^(export |api\(\))/): any[] {
  const defined = commandsOf("Try")
    .split("\n")
    .filter((line) => words.test(line));
  const { stdout, stderr, status } = spawnSync("bash", ["-eu", "-c", [...defined, commands].join("\n")], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([stderr, status]).toEqual(["", 0]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
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

test("lead through limits: an order that is cut, its decision in words, and who put the set", () => {
  const replies = repliesOf(commandsOf("Limits"));
  const [, limits, checked, versions, decision] = replies;
  expect(limits).toEqual({ version: 1 });
  expect(checked.decisions[0]).toMatchObject({ decision: "reduce", code: "max-gross-exposure" });
  expect(decision).toMatchObject({ decision: "reduce", code: "max-gross-exposure", sameAgain: true });
  expect(versions.items).toMatchObject([{ version: 1 }]);
});

test("lead through a firm and a desk: an order that one account has room for and both have not, the quota, and a halt", () => {
  const replies = repliesOf(commandsOf("Firms and desks"));
  const [firm, limits, desk, left, , right, , first, second, quota, halted, third, lifted] = replies;
  expect([firm.node, limits.version, desk.node]).toEqual(["firm:acme", 1, "desk:rates"]);
  expect([left.parent, right.parent]).toEqual(["rates", "rates"]);
  expect(first.decisions[0]).toMatchObject({ decision: "accept", allowedQty: "1500" });
  expect(second.decisions[0]).toMatchObject({ decision: "reject", code: "max-gross-exposure" });
  const [gross] = quota.limits;
  expect(gross).toMatchObject({ id: "gross", limit: "60000", children: [{ child: "desk:rates" }] });
  expect(Number(gross.used)).toBeGreaterThan(20_000);
  expect(Number(gross.granted)).toBeLessThanOrEqual(60_000);
  expect(halted).toMatchObject({ state: "halted", children: 1, boundMs: expect.any(Number) });
  expect(third.decisions[0]).toMatchObject({ decision: "reject", code: "state-halted" });
  expect(lifted).toMatchObject({ state: "active" });
});

test("lead through an account in two currencies: cash, fills, a bust, balances, a snapshot, and what a broker says else", () => {
  const replies = repliesOf(commandsOf("Money and accounts"));
  const [, , ticks, account, cash, executions, balances, pnl, snapshot, reconciled] = replies;
  expect(ticks).toMatchObject({ accepted: 2, rejected: [] });
  expect(account).toMatchObject({ account: "fund", fx: { EUR: "TEST:EURUSD" } });
  expect(cash).toMatchObject({ results: [{ id: "in", status: "applied" }] });
  expect(executions).toMatchObject({
    results: ["h1", "h2", "h3"].map((execId) => ({ execId, status: "applied" })),
  });
  // 5,000 paid in, 10 × (98 − 100) and 2 of fees, at 1.1.
  expect(balances).toMatchObject({ cash: "5500", unrealised: "-22", fees: "2.2", equity: "105475.8" });
  expect(pnl).toMatchObject({
    method: "fifo",
    items: [{ symbol: "TEST:HAFEN", inception: { total: "-24.2" } }],
  });
  expect(snapshot).toMatchObject({ kind: "manual", equity: "105475.8" });
  expect(reconciled).toMatchObject({ differences: [{ kind: "position-quantity", symbol: "TEST:HAFEN" }] });
});

test("lead through a strategy's target, state, candles and statistics to a group of strategies", () => {
  const replies = repliesOf(commandsOf("Strategies"), /^(export |api\(\)|STRATEGY=)/);
  const [, , strategy, m2m, statistics, group, pnl] = replies;
  expect(strategy).toMatchObject({
    state: "paused",
    instruments: [{ symbol: "SIM:ROCKET", targetQty: "-80", qty: "-50", difference: "-30" }],
  });
  expect(m2m.candles[0]).toMatchObject({ open: "0" });
  expect(statistics).toMatchObject({ sharpe: null, maxDrawdown: { percent: expect.any(Number) } });
  expect(group).toMatchObject({ id: "rockets", account: "demo" });
  expect(pnl).toMatchObject({ strategy: "group:rockets", currency: "USD" });
});

test("put a label on a symbol, change it, list it and show who changed what", () => {
  const [made, changed, listed, history] = repliesOf(commandsOf("Labels"));
  expect(made).toMatchObject({ id: "entry", text: "long <b>again</b>", version: 1 });
  expect(changed).toMatchObject({ text: "long", metadata: { rule: "breakout", size: 50 }, version: 2 });
  expect(listed).toMatchObject({ items: [changed], total: 1 });
  expect(history.items).toMatchObject([
    { what: "changed", label: changed },
    { what: "created", label: made },
  ]);
});

test("send a trade, correct and cancel it, fill seconds, and put a series of trades", async () => {
  // Five seconds are asked for: a quick machine is here before the generator has traded for as long.
  const filled = () =>
    stack.api.get<{ bars: object[] }>("/v1/symbols/SIM:ROCKET/bars?resolution=1S&fill=forward&limit=5");
  await eventually(filled, ({ bars }) => bars.length === 5);
  const [taken, corrected, cancelled, seconds, series, bars, gaps] = repliesOf(commandsOf("Bars"));
  for (const report of [taken, corrected, cancelled])
    expect(report).toMatchObject({ accepted: 1, rejected: [] });
  const times = seconds.bars.map(({ t }: { t: number }) => t);
  expect(times).toEqual(Array.from({ length: 5 }, (_, index) => times[0] + index * 1_000));
  expect(series).toMatchObject({ series: "20T", kind: "trades" });
  expect(bars.bars).not.toEqual([]);
  expect(gaps).toMatchObject({ items: expect.any(Array), nextCursor: null });
});

/** As the file of the package is written. */
const DAYS = [
  "date,open,high,low,close,adjclose,volume",
  "2000-01-03,1469.250000,1478.000000,1438.359985,1455.219971,1455.219971,931800000",
  "2000-01-04,1455.219971,1455.219971,1397.430054,1399.420044,1399.420044,1009000000",
  "2000-02-01,1394.459961,1412.489990,1384.790039,1409.280029,1409.280029,981000000",
];

test("import twenty years of days, once and again, and read them by months", () => {
  // Tests fetch nothing: a file of the same form stands in the package's place.
  const commands = commandsOf("History").replace(/^npm pack .*$/m, "");
  mkdirSync(join(folder, "package/data"), { recursive: true });
  writeFileSync(join(folder, "package/data/sp500-2000.csv"), `${DAYS.join("\n")}\n`);
  const [instrument, first, again, months] = repliesOf(commands);
  expect(instrument).toMatchObject({ symbol: "XNYS:SPX", calendar: "XNYS" });
  expect(first).toMatchObject({ accepted: 3, inserted: 3, rejected: [] });
  expect(again).toMatchObject({ accepted: 3, inserted: 0, unchanged: 3 });
  expect(months.bars).toMatchObject([
    { t: Date.UTC(2000, 0, 1, 5), o: "1469.25", c: "1399.420044", v: "1940800000", imported: true },
    { t: Date.UTC(2000, 1, 1, 5), c: "1409.280029" },
  ]);
});

test("record a split, show its factors and the bars before it adjusted, and revoke it", () => {
  const [recorded, listed, bars] = repliesOf(commandsOf("Corporate actions"));
  expect(recorded).toMatchObject({ id: "split-1", type: "split", from: "1", to: "4" });
  expect(listed.items).toMatchObject([{ ...recorded, factors: { price: { value: "0.25" } } }]);
  expect(bars.bars.length).toBeGreaterThan(0);
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

test("show many topics on one socket, each with its snapshot, and bars of every symbol of a venue", () => {
  const { stdout, stderr, status } = spawnSync(
    "bash",
    ["-eu", "-c", commandsOf("Many topics on one socket")],
    {
      cwd: join(import.meta.dirname, "../.."),
      encoding: "utf8",
      env: { ...process.env, URL: stack.dev.url, KEY: stack.dev.apiKey },
    },
  );
  expect([stderr, status]).toEqual(["", 0]);
  type Message = {
    op?: string;
    topic: string;
    type?: string;
    topics?: { topic: string }[];
    errors?: object[];
  };
  const messages = stdout
    .trim()
    .split("\n")
    .flatMap((frame): Message[] => JSON.parse(frame));
  expect(messages[0]).toMatchObject({ op: "welcome", gateway: "g-1" });
  const { topics = [], errors } = messages.find(({ op }) => op === "ack") ?? {};
  expect(errors).toEqual([]);
  expect(topics.length).toBeGreaterThan(4);
  for (const { topic } of topics)
    expect(messages.find((message) => message.topic === topic)).toMatchObject({ type: "snap" });
});

test("compute several indicators over the same bars, and say what there is", () => {
  const [known, reply] = repliesOf(commandsOf("Indicators"));
  expect(known.items.length).toBeGreaterThan(54);
  expect(reply.definitions.map(({ id }: { id: string }) => id)).toEqual([
    "ema_20",
    "macd_12_26_9",
    "cdl-doji",
  ]);
  expect(reply.bars.length).toBeGreaterThan(0);
});

test("the client's own examples call, stream and order", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../src/client/README.md"), "utf8");
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] ?? "");
  const [calls = "", streamed = "", ordered = ""] = examples.map((example) => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "--eval", example],
      {
        cwd: join(import.meta.dirname, "../.."),
        encoding: "utf8",
        env: { ...process.env, URL: stack.dev.url, KEY: stack.dev.apiKey },
      },
    );
    expect([stderr, status]).toEqual(["", 0]);
    return stdout;
  });
  expect(examples).toHaveLength(3);
  expect(calls).toMatch(/^\d+(\.\d+)?\n/);
  expect(calls).toContain("SIM:ROCKET 0.01\n");
  expect(calls).toMatch(/\nsymbol-unknown\n$/);
  expect(streamed).toMatch(/stream live\n/);
  expect(streamed).toMatch(/\nsnap (forming|final|revised) [\d.]+\n/);
  expect(streamed).toMatch(/'quote.SIM:ROCKET' +│ 'live'/);
  expect(streamed).toMatch(/stream closed\n$/);
  expect(JSON.parse(ordered)).toMatchObject({
    op: "decisions",
    decisions: [{ clientOrderId: "by-stream", decision: "reject", code: "no-limits" }],
  });
});
