import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../actors/runtime/clock.ts";
import { CALL_DEADLINE_MS, systemEnvelope } from "../../actors/runtime/envelope.ts";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { ask, askAll } from "../../src/http/ask.ts";

afterEach(() => vi.useRealTimers());
const envelope = () => systemEnvelope(systemClock.now());

test("an answer and a refusal come as they are", async () => {
  expect(await ask(systemClock, envelope(), async () => answer(7))).toEqual(answer(7));
  expect(await ask(systemClock, envelope(), async () => refusal("warming"))).toEqual(refusal("warming"));
});

test("an actor that never answers is given up at the deadline, and what it says later is nobody's", async () => {
  vi.useFakeTimers();
  const late = Promise.withResolvers<never>();
  const asked = ask(systemClock, envelope(), () => late.promise);
  await vi.advanceTimersByTimeAsync(CALL_DEADLINE_MS);
  expect(await asked).toMatchObject({ ok: false, code: "outcome-unknown" });
  late.reject(new Error("too late"));
  await vi.runAllTimersAsync();
});

test("no timer outlives an answer", async () => {
  vi.useFakeTimers();
  await ask(systemClock, envelope(), async () => answer(7));
  expect(vi.getTimerCount()).toBe(0);
});

test("a call that throws before it returns a promise is a throw like any other", async () => {
  const broken = (): Promise<never> => {
    throw new Error("no such object");
  };
  expect(await ask(systemClock, envelope(), broken)).toMatchObject({ code: "outcome-unknown" });
});

test("of many that are asked at once each is answered for by itself, by one timer that none of them outlives", async () => {
  vi.useFakeTimers();
  const never = new Promise<never>(() => undefined);
  const flooded = () => Promise.reject(Object.assign(new Error("busy"), { overloaded: true }));
  const asked = askAll<number>(systemClock, envelope(), [
    async () => answer(7),
    () => never,
    async () => refusal("warming"),
    flooded,
    () => {
      throw new Error("no such object");
    },
  ]);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(CALL_DEADLINE_MS);
  const unknown = { ok: false, code: "outcome-unknown" };
  const [ok, late, refused, busy, broken] = await asked;
  expect([ok, refused]).toEqual([answer(7), refusal("warming")]);
  expect([late, broken, busy]).toMatchObject([unknown, unknown, { code: "overloaded", retryAfterMs: 1_000 }]);
  expect(await askAll(systemClock, envelope(), [async () => answer(7)])).toEqual([answer(7)]);
  expect(vi.getTimerCount()).toBe(0);
});

test("why an actor threw is in the log, with the call's id, and not in the answer", async () => {
  const lines: unknown[] = [];
  const asked = envelope();
  const thrown = async () => Promise.reject(new Error("canary"));
  const reply = await ask(systemClock, asked, thrown, (...line) => void lines.push(line));
  expect(lines).toEqual([["warn", "actor-failed", { requestId: asked.requestId, reason: "canary" }]]);
  expect(JSON.stringify(reply)).not.toContain("canary");
});
