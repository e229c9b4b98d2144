/** Above accounts on the built product: states of a firm, accounts that move, kill -9, and a parent that is away. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../scripts/faults/audit.ts";
import { ObjectFiles } from "../../scripts/faults/object-files.ts";
import { freePort, Stack } from "../../scripts/faults/stack.ts";
import { ACCEPTED, ACME, FirmDesk, gross, summary } from "./firm-desk.ts";
import { World } from "./world.ts";

let folder: string;
let stack: Stack;
let world: World;
/** Through all starts: its ids are never used twice. */
const desk = new FirmDesk(
  () => world,
  () => stack,
);

async function begin(): Promise<void> {
  stack = await Stack.start({ data: join(folder, "data"), port: await freePort() });
  world = new World(stack);
}

/** Between an orderly stop and a start; `meanwhile` has the disks to itself. */
async function stoppedFor(meanwhile: () => void): Promise<void> {
  await stack.stop();
  meanwhile();
  await begin();
  await world.priceAt(ACME, "100");
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "outcry-e2e-firm-states-"));
  await begin();
  await world.registerInstrument(ACME);
  await world.priceAt(ACME, "100");
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a state at the firm", () => {
  const ACCOUNTS = Array.from({ length: 8 }, (_, index) => `stop.${index}`);

  beforeAll(async () => {
    await world.priceAt(ACME, "100");
    await desk.firm("stop", [gross("100000000")]);
    await desk.desk("stop-d", "stop", []);
    for (const [index, account] of ACCOUNTS.entries())
      await desk.account(account, index % 2 === 0 ? "stop" : "stop-d");
    for (const account of ACCOUNTS)
      expect(summary(await desk.order(account, { qty: "2" }))).toEqual(ACCEPTED("2"));
  });

  test("stops every account below, through desks too, within the bound that its reply states", async () => {
    const refusedAt = new Map<string, number>();
    let stopped = Number.POSITIVE_INFINITY;
    let late = 0;
    const trading = ACCOUNTS.map(async (account) => {
      while (!refusedAt.has(account)) {
        const sentAt = Date.now();
        const { decision } = await desk.order(account);
        if (decision === "reject") refusedAt.set(account, Date.now());
        else if (sentAt > stopped) late += 1;
      }
    });
    const askedAt = Date.now();
    const { state, boundMs, children } = await desk.state("stop", "halted");
    stopped = Date.now() + boundMs;
    await Promise.all(trading);
    expect([state, children, late]).toEqual(["halted", expect.any(Number), 0]);
    const slowest = Math.max(...refusedAt.values()) - askedAt;
    process.stderr.write(`firms: a halt reached ${ACCOUNTS.length} accounts within ${slowest} ms\n`);
    expect((await desk.order("stop.1")).code).toBe("state-halted");
    expect(await world.get("/v1/accounts/stop.1")).toMatchObject({
      parent: "stop-d",
      above: [{ node: "firm:stop", state: "halted", reason: "a test" }],
    });
  });

  test("is lifted by a person, and then everything trades again", async () => {
    await desk.state("stop", "active");
    for (const account of ACCOUNTS) {
      const again = await eventually(
        () => desk.order(account),
        ({ decision }) => decision === "accept",
      );
      expect(again.decision).toBe("accept");
    }
  });

  test("that kills asks the venue's side to cancel what works in every account", async () => {
    await desk.state("stop", "killed");
    for (const account of ACCOUNTS) {
      const asked = await eventually(
        () => world.get<{ items: readonly object[] }>(`/v1/accounts/${account}/mass-cancels`),
        ({ items }) => items.length > 0,
      );
      expect(asked.items.length, account).toBeGreaterThan(0);
    }
    await desk.state("stop", "active");
  });
});

describe("an account that goes to another parent", () => {
  test("leaves once it has nothing committed there, and takes its place under the other", async () => {
    await world.priceAt(ACME, "100");
    await desk.firm("old", [gross("10000")]);
    await desk.firm("new", [gross("10000")]);
    await desk.account("mover", "old");
    const { clientOrderId } = await desk.order("mover", { qty: "10" });
    const move = { currency: "USD", equity: "1000000", parent: "new" };
    expect(await desk.refusal("PUT", "/v1/accounts/mover", move)).toEqual([409, "child-holds"]);
    expect(await desk.told("firm:old", "1000")).toEqual(["account:mover uses 1000"]);
    await desk.cancel("mover", clientOrderId);
    await world.put("/v1/accounts/mover", move);
    expect(await world.get("/v1/accounts/mover")).toMatchObject({ parent: "new" });
    expect(await desk.told("firm:old", "0")).toEqual([]);
    const whole = await desk.fits("mover", { qty: "100" });
    expect(summary(whole), JSON.stringify(whole.checks)).toEqual(ACCEPTED("100"));
    expect((await desk.order("mover")).decision).toBe("reject");
    expect(await desk.told("firm:new", "10000")).toEqual(["account:mover uses 10000"]);
    expect((await desk.budget("firm:old")).granted).toBe("0");
  });
});

describe("kill -9 and a parent that is away", () => {
  test("what was granted and used is the same afterwards, and the limit still holds", async () => {
    await world.priceAt(ACME, "100");
    await desk.firm("hard", [gross("10000")]);
    await desk.account("hard.a", "hard");
    await desk.account("hard.b", "hard");
    expect(summary(await desk.order("hard.a", { qty: "70" }))).toEqual(ACCEPTED("70"));
    expect(summary(await desk.order("hard.b", { qty: "20" }))).toEqual(ACCEPTED("20"));
    await stack.kill();
    await begin();
    await world.priceAt(ACME, "100");
    expect((await desk.order("hard.b", { qty: "11" })).code).toBe("max-gross-exposure");
    expect(summary(await desk.fits("hard.b", { qty: "10" }))).toEqual(ACCEPTED("10"));
    expect(await desk.told("firm:hard", "10000")).toEqual([
      "account:hard.a uses 7000",
      "account:hard.b uses 3000",
    ]);
    expect((await desk.budget("firm:hard")).granted).toBe("10000");
  });

  test("an old copy of an account that asks is fenced, and so is the right one until a person says which it is", async () => {
    await desk.firm("twin", [gross("10000")]);
    await desk.account("twin.a", "twin");
    await desk.account("twin.b", "twin");
    await desk.trade("twin.a", "buy", "10");
    expect(summary(await desk.order("twin.a", { qty: "5" }))).toEqual(ACCEPTED("5"));
    const [old, right] = [join(folder, "old"), join(folder, "right")];
    const files = new ObjectFiles(join(folder, "data"), "RiskShard", await desk.nameOf("twin.a"));
    await stoppedFor(() => files.copyTo(old));
    expect(summary(await desk.fits("twin.a", { qty: "20" }))).toEqual(ACCEPTED("20"));
    await stoppedFor(() => {
      files.copyTo(right);
      files.putBack(old);
    });
    const isFenced = async (): Promise<boolean | undefined> =>
      (await desk.budget("firm:twin")).children.find(({ child }) => child === "account:twin.a")?.isFenced;
    // What it says may be let through for as long as it takes to find out, but within what it held when it was copied.
    await eventually(
      async () => {
        await stack.api.once("POST", "/v1/accounts/twin.a/orders", {
          body: { json: desk.newOrder({ qty: "70" }) },
        });
        return isFenced();
      },
      (fenced) => fenced === true,
    );
    expect(await isFenced()).toBe(true);
    expect((await desk.order("twin.b", { qty: "71" })).decision).toBe("reject");
    await stoppedFor(() => files.putBack(right));
    const grows = (): Promise<string> => desk.order("twin.a", { qty: "5" }).then(({ decision }) => decision);
    expect(await grows()).toBe("reject");
    expect(summary(await desk.order("twin.a", { side: "sell", qty: "5" }))).toEqual(ACCEPTED("5"));
    await world.post("/v1/firms/twin/children/account:twin.a/admit", {
      by: desk.caller,
      reason: "the right one",
    });
    expect(await eventually(grows, (decision) => decision === "accept")).toBe("accept");
    expect(await isFenced()).toBe(false);
  });

  test("nothing grows while the firm cannot be asked; what closes goes through; it grows again when it is back", async () => {
    await desk.firm("away", [gross("100000")]);
    await desk.account("away.a", "away");
    await desk.trade("away.a", "buy", "30");
    expect(summary(await desk.order("away.a", { qty: "1" }))).toEqual(ACCEPTED("1"));
    const [saved, broken] = [join(folder, "saved"), join(folder, "broken")];
    const files = new ObjectFiles(join(folder, "data"), "Firm", await desk.nameOf("away"));
    await stoppedFor(() => {
      files.copyTo(saved);
      files.copyTo(broken);
      rmSync(join(broken, "copy-wal"), { force: true });
      writeFileSync(join(broken, "copy"), "this is no database at all".repeat(1_000));
      files.putBack(broken);
    });
    const refused = await desk.orderOnce("away.a", { qty: "1" });
    expect(refused.decision).toBe("reject");
    expect(refused.checks).toContainEqual(
      expect.objectContaining({ verdict: "fail", reason: "parent-away" }),
    );
    expect(summary(await desk.order("away.a", { side: "sell", qty: "5" }))).toEqual(ACCEPTED("5"));
    await stoppedFor(() => files.putBack(saved));
    const again = await eventually(
      () => desk.order("away.a", { qty: "1" }),
      ({ decision }) => decision === "accept",
    );
    expect(again.decision).toBe("accept");
  });
});
