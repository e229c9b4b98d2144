/** Limits and states that change while an account is split, while that is prepared, and while it is merged. */
import { expect, test } from "vitest";
import type { PartsWork } from "../../../actors/risk-shard/parts-messages.ts";
import { SplitWorld } from "./split-world.ts";

const settingsOf = ({ parts }: SplitWorld, count: number): string[] =>
  parts.slice(0, count).map(({ settings }) => settings);

/** Something happens once, just before a part is told this. */
class Interrupted {
  readonly world: SplitWorld;
  #at: PartsWork["type"] | undefined;
  #happens: () => void = () => undefined;

  constructor() {
    this.world = new SplitWorld({
      fate: (_part, { type }) => {
        if (type === this.#at) {
          this.#at = undefined;
          this.#happens();
        }
        return "answered";
      },
      seen: () => undefined,
    });
    this.world.change("active");
  }

  before(type: PartsWork["type"], happens: () => void): void {
    this.#at = type;
    this.#happens = happens;
  }

  async split(shards: number): Promise<void> {
    this.world.split(shards);
    await this.world.driver.run();
  }
}

test("what is changed at part 0 before it has joined reaches every part", async () => {
  const interrupted = new Interrupted();
  const { world } = interrupted;
  interrupted.before("adopt", () => world.change("killed"));
  await interrupted.split(2);
  expect(world.failed).toEqual(["prepare"]);
  expect(world.state.plan?.phase).toBe("done");
  expect(settingsOf(world, 2)).toEqual(["killed", "killed"]);
});

test("what is changed while more parts are prepared reaches every part", async () => {
  const interrupted = new Interrupted();
  const { world } = interrupted;
  await interrupted.split(2);
  interrupted.before("adopt", () => world.change("killed"));
  await interrupted.split(4);
  expect(world.state.plan).toMatchObject({ phase: "done", to: 4 });
  expect(world.state.passedOn).toBe(world.state.settings);
  expect(settingsOf(world, 4)).toEqual(["killed", "killed", "killed", "killed"]);
});

test("a part that was put older settings late goes by the newer ones", async () => {
  const late: PartsWork[] = [];
  const world = new SplitWorld({
    fate: (part, work) => {
      if (part !== 1 || work.type !== "adopt" || late.length > 0) return "answered";
      late.push(work);
      return "lost before";
    },
    seen: () => {
      if (late.length === 1 && world.parts[1]?.n === 0) world.change("killed");
    },
  });
  world.change("active");
  world.split(2);
  await world.driver.run();
  expect(settingsOf(world, 2)).toEqual(["killed", "killed"]);
  for (const work of late) world.parts[1]?.do(work);
  expect(settingsOf(world, 2)).toEqual(["killed", "killed"]);
});

test("nothing of the account stands in the way of its merge", async () => {
  const world = new SplitWorld();
  world.split(2);
  await world.driver.run();
  for (const part of world.parts) part.isSplittable = false;
  world.split(1);
  await world.driver.run();
  expect(world.failed).toEqual([]);
  expect(world.state.plan).toMatchObject({ phase: "done", to: 1 });
});

test("what parts have to hear is passed on although the account could not be split any more", async () => {
  const world = new SplitWorld();
  world.split(2);
  await world.driver.run();
  for (const part of world.parts) part.isSplittable = false;
  world.change("killed");
  await world.driver.run();
  expect(settingsOf(world, 2)).toEqual(["killed", "killed"]);
});

test("a merge goes on where what has changed cannot be passed on", async () => {
  const world = new SplitWorld();
  world.split(2);
  await world.driver.run();
  world.refusesQuotas = () => true;
  world.change("more sums than a node takes");
  world.split(1);
  await world.driver.run();
  expect(world.failed).toEqual(["pass-on"]);
  expect(world.state).toMatchObject({ parts: 1, plan: { phase: "done", to: 1 } });
});

test("a plan that cannot be prepared ends although something waits to be passed on", async () => {
  const interrupted = new Interrupted();
  const { world } = interrupted;
  await interrupted.split(2);
  world.refusesQuotas = () => world.state.plan?.phase !== "aborted";
  interrupted.before("settings", () => world.change("more sums than a node takes"));
  await interrupted.split(4);
  expect(world.state.plan).toMatchObject({ phase: "aborted", to: 4 });
  expect(world.parts.slice(0, 4).map(({ isJoined }) => isJoined)).toEqual([true, true, false, false]);
  expect(settingsOf(world, 2)).toEqual(["more sums than a node takes", "more sums than a node takes"]);
});

test("limits that parts hear of grow by nothing before each of them has heard, and has told what it uses of them", async () => {
  const interrupted = new Interrupted();
  const { world } = interrupted;
  await interrupted.split(2);
  expect(world.asked[0]).toBe("put");
  world.asked.splice(0);
  interrupted.before("adopt", () => world.crash());
  world.change("halted");
  await Promise.race([world.driver.run(), new Promise((resolve) => setTimeout(resolve, 50))]);
  await world.driver.run();
  expect(settingsOf(world, 2)).toEqual(["halted", "halted"]);
  const last = world.asked.slice(world.asked.lastIndexOf("closed"));
  expect(last).toEqual(["closed", "cover 0", "cover 1", "whole 0", "whole 1", "open"]);
});

test("a split that is prepared anew while part 0 has joined closes the quotas until all parts have told what they use", async () => {
  let joins = 0;
  const late = new SplitWorld({
    fate: (part, { type }) => (type === "join" && part === 1 && joins++ === 0 ? "lost before" : "answered"),
    seen: () => undefined,
  });
  late.change("active");
  late.split(2);
  await late.driver.run();
  expect(late.failed).toEqual(["prepare"]);
  expect(late.asked.slice(0, 5)).toEqual(["put", "closed", "whole 0", "whole 1", "open"]);
});
