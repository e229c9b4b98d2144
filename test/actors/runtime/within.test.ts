import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ifWithin, TookTooLong, within } from "../../../actors/runtime/within.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const never = new Promise<never>(() => {});

test("what ends in time is given, its failure is thrown, and no timer stays behind", async () => {
  expect(await within(Promise.resolve(7), 100)).toBe(7);
  await expect(within(Promise.reject(new RangeError("no")), 100)).rejects.toThrow(RangeError);
  expect(vi.getTimerCount()).toBe(0);
});

test("what takes too long is given up at that time and not before", async () => {
  let ended: unknown = "waiting";
  const waited = within(never, 100).catch((error: unknown) => {
    ended = error;
  });
  await vi.advanceTimersByTimeAsync(99);
  expect(ended).toBe("waiting");
  await vi.advanceTimersByTimeAsync(1);
  await waited;
  expect(ended).toBeInstanceOf(TookTooLong);
});

test("whoever goes on either way gets undefined for a failure and for too long", async () => {
  expect(await ifWithin(Promise.resolve("heard"), 100)).toBe("heard");
  expect(await ifWithin(Promise.reject(new Error("away")), 100)).toBeUndefined();
  const waited = ifWithin(never, 100);
  await vi.advanceTimersByTimeAsync(100);
  expect(await waited).toBeUndefined();
});

test("a failure after the time is up disturbs nobody", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  const waited = ifWithin(promise, 100);
  await vi.advanceTimersByTimeAsync(100);
  await waited;
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", note);
  reject(new Error("too late"));
  vi.useRealTimers();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});
