import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type HeardQuota, untilTold } from "../../../scripts/faults/told-use.ts";

const quota = (...heard: readonly (readonly [used: string, heardMs: number])[]): HeardQuota => ({
  node: "firm:f",
  limits: [
    {
      ...{ budget: "firm:f/gross", kind: "max-gross-exposure", limit: "9", granted: "9", used: "9" },
      children: heard.map(([used, heardMs], index) => ({
        ...{ child: `account:${index}`, granted: "9", used, heardMs, isFenced: false },
      })),
    },
  ],
});
const FAULT = ["told wrong"];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** How often it looked, and what it said. */
async function told(
  look: (times: number) => readonly [faults: readonly string[], shown: HeardQuota],
  isPriced: (times: number) => boolean = () => true,
): Promise<[looks: number, faults: readonly string[]]> {
  let [looks, asked] = [0, 0];
  const result = untilTold(
    async () => {
      const [faults, shown] = look(++looks);
      return { faults, quotas: [shown] };
    },
    async () => isPriced(++asked),
  );
  await vi.runAllTimersAsync();
  return [looks, await result];
}

describe("what is told of a use", () => {
  test("is taken the moment that it is right", async () => {
    expect(await told(() => [[], quota(["9", 100_000])])).toEqual([1, []]);
    expect(await told((times) => [times < 9 ? FAULT : [], quota(["9", 100_000])])).toEqual([9, []]);
  });

  test("is wrong once all have told it four times since, and not before", async () => {
    // In the first look nobody can have been heard since.
    expect(await told(() => [FAULT, quota(["9", 0], ["9", 0])])).toEqual([6, FAULT]);
  });

  test("is not judged by what is told without prices", async () => {
    expect(
      await told(
        () => [FAULT, quota(["9", 0])],
        (times) => times > 20,
      ),
    ).toEqual([26, FAULT]);
  });

  test("is not waited for from who uses nothing", async () => {
    expect(await told(() => [FAULT, quota(["0", 100_000], ["9", 0])])).toEqual([6, FAULT]);
  });

  test("is a fault where somebody falls silent", async () => {
    const [, faults] = await told(() => [FAULT, quota(["9", 100_000], ["9", 0])]);
    expect(faults).toEqual([...FAULT, expect.stringMatching(/^not everybody was heard/)]);
  });
});
