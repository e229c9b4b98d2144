/** One run of the built product: each scenario builds on the platform that the one before it leaves. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { freePort, Stack } from "../../scripts/faults/stack.ts";
import { calendarScenario } from "./calendar-scenario.ts";
import { corporateActionScenario } from "./corporate-action-scenario.ts";
import { historyScenario } from "./history-scenario.ts";
import { labelScenario } from "./label-scenario.ts";
import { mirrorScenario } from "./mirror-scenario.ts";
import { orderScenario } from "./order-scenario.ts";
import { strategyScenario } from "./strategy-scenario.ts";
import { tapeFile } from "./tape.ts";
import { TRADES, tapeScenario } from "./tape-scenario.ts";
import { udfChartScenario } from "./udf-chart-scenario.ts";
import { udfExchangeScenario } from "./udf-exchange-scenario.ts";
import { udfHistoryScenario } from "./udf-history-scenario.ts";
import { type OpenMarket, openMarket } from "./udf-open-market.ts";
import { upkeepScenario } from "./upkeep-scenario.ts";
import { World } from "./world.ts";

let folder: string;
let stack: Stack;
let world: World;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "outcry-e2e-"));
  const tape = join(folder, "tape.gz");
  writeFileSync(tape, tapeFile(TRADES));
  const feed = { feed: `tape:${tape}`, args: ["--speed", "max"] };
  stack = await Stack.start({ data: join(folder, "data"), port: await freePort(), ...feed });
  world = new World(stack);
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a replayed tape", () => tapeScenario(() => world));
describe("calendars", () => calendarScenario(() => world));
describe("orders", () => orderScenario(() => world));
describe("a strategy", () => strategyScenario(() => world));
describe("labels", () => labelScenario(() => world));
describe("Postgres", () => mirrorScenario(() => world));
describe("history", () => historyScenario(() => world));
describe("corporate actions", () => corporateActionScenario(() => world));
describe("charts", () => {
  let market: OpenMarket;
  beforeAll(async () => {
    market = await openMarket(world, { url: stack.dev.url, logs: join(folder, "data/logs") });
  });
  udfHistoryScenario(
    () => world,
    () => market,
  );
  udfChartScenario(
    () => world,
    () => market,
  );
  describe("an exchange is taken in", () =>
    udfExchangeScenario(
      () => world,
      () => market,
    ));
});
describe("cron", () =>
  upkeepScenario(
    () => world,
    () => ({ workerLog: join(folder, "data/logs/worker.log"), url: stack.dev.url }),
  ));
