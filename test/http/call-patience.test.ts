import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";
import { CALL_DEADLINE_MS } from "../../actors/runtime/envelope.ts";
import { TookTooLong } from "../../actors/runtime/within.ts";
import { CallPatience } from "../../src/http/call-patience.ts";

const BODY_MS = 15_000;
const never = new Promise<never>(() => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function patienceOf(waitMs: number) {
  const patience = new CallPatience(systemClock, waitMs);
  const state = { ended: undefined as unknown };
  const wait = (): void => {
    patience.with(never).catch((error: unknown) => {
      state.ended = error;
    });
  };
  return { patience, state, wait };
}

test("what ends in time is given, its failure is thrown, and no timer stays behind", async () => {
  const { patience } = patienceOf(BODY_MS);
  expect(await patience.with(Promise.resolve(7))).toBe(7);
  await expect(patience.with(Promise.reject(new RangeError("no")))).rejects.toThrow(RangeError);
  patience.end();
  expect(vi.getTimerCount()).toBe(0);
});

test.each([100, CALL_DEADLINE_MS, BODY_MS])(
  "a body that takes %i ms too long is given up then and not before",
  async (ms) => {
    const { state, wait } = patienceOf(ms);
    wait();
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(state.ended).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(state.ended).toBeInstanceOf(TookTooLong);
  },
);

test.each([0, 1, 4_000, 9_999, 14_000])(
  "an actor that is asked after a body of %i ms has its whole time, and no more, with one timer",
  async (bodyMs) => {
    const { patience, state, wait } = patienceOf(BODY_MS);
    await vi.advanceTimersByTimeAsync(bodyMs);
    patience.until(systemClock.now() + CALL_DEADLINE_MS);
    wait();
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(CALL_DEADLINE_MS - 1);
    expect(state.ended).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(state.ended).toBeInstanceOf(TookTooLong);
  },
);

test("a time that passes while nobody waits disturbs nobody", async () => {
  const { patience } = patienceOf(100);
  await vi.advanceTimersByTimeAsync(100);
  await expect(patience.with(never)).rejects.toThrow(TookTooLong);
});
