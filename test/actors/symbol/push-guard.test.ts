import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PushGuard } from "../../../actors/symbol/push-guard.ts";

const WAIT_MS = 1_000;
let set = 0;
const guardOf = () =>
  new PushGuard((run, afterMs) => {
    set += 1;
    const timer = setTimeout(run, afterMs);
    return () => clearTimeout(timer);
  }, WAIT_MS);
/** What it ends with, or "waits". */
async function stateOf(ended: Promise<unknown>): Promise<unknown> {
  return Promise.race([ended, vi.advanceTimersByTimeAsync(0).then(() => "waits")]);
}
const never = (): Promise<never> => new Promise(() => {});

beforeEach(() => {
  set = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => void vi.useRealTimers());

describe("a push under guard", () => {
  test("ends with what it answers, and with nothing where it throws", async () => {
    const guard = guardOf();
    expect(await guard.ended(Promise.resolve(7))).toBe(7);
    expect(await guard.ended(Promise.reject(new Error("away")))).toBeUndefined();
  });

  test("that does not end is given up; its late answer does not end the next one", async () => {
    const guard = guardOf();
    const { promise, resolve } = Promise.withResolvers<number>();
    const first = guard.ended(promise);
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(await stateOf(first)).toBeUndefined();
    const second = guard.ended(never());
    resolve(7);
    expect(await stateOf(second)).toBe("waits");
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(await stateOf(second)).toBeUndefined();
  });

  test("that begins while the timer stands is given up after the time and before twice as much", async () => {
    const guard = guardOf();
    await guard.ended(Promise.resolve(1));
    await vi.advanceTimersByTimeAsync(WAIT_MS / 2);
    const late = guard.ended(never());
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(await stateOf(late)).toBe("waits");
    await vi.advanceTimersByTimeAsync(WAIT_MS / 2);
    expect(await stateOf(late)).toBeUndefined();
  });

  test("costs a timer once for many, and none once all have ended", async () => {
    const guard = guardOf();
    for (let push = 0; push < 100; push++) await guard.ended(Promise.resolve(push));
    expect(set).toBe(1);
    await vi.advanceTimersByTimeAsync(10 * WAIT_MS);
    expect([set, vi.getTimerCount()]).toEqual([1, 0]);
  });
});
