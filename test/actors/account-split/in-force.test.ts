/** When a change of an account's limits is answered while the account is being split. */
import { expect, test, vi } from "vitest";
import { coordinator } from "./coordinator.ts";

test("limits that are put while the parts join are answered once every part goes by them", async () => {
  const gate = Promise.withResolvers<void>();
  const joining = Promise.withResolvers<void>();
  const { desk, split, limits } = coordinator(async (part, { type }) => {
    if (type !== "join" || part !== 0) return;
    joining.resolve();
    await gate.promise;
  });
  expect(await split()).toMatchObject({ ok: true });
  await joining.promise;
  let answeredAt: number | undefined;
  const changed = limits().then((reply) => {
    answeredAt = desk.store.state.passedOn;
    return reply;
  });
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(answeredAt).toBeUndefined();
  gate.resolve();
  expect(await changed).toMatchObject({ ok: true, value: "put" });
  expect(answeredAt).toBeGreaterThanOrEqual(desk.store.state.settings);
});

test("limits of an account that is not being split are answered as soon as it has them", async () => {
  const { limits } = coordinator(async () => undefined);
  expect(await limits()).toMatchObject({ ok: true, value: "put" });
});

test("a change that the first part never answers ends at its deadline, and does not stand in the way of the split", async () => {
  const { desk, split, limits } = coordinator(
    async () => undefined,
    undefined,
    () => new Promise(() => undefined),
  );
  expect(await split()).toMatchObject({ ok: true });
  expect(await limits(20)).toMatchObject({ ok: false, code: "outcome-unknown" });
  await vi.waitFor(() => expect(desk.store.state.plan?.phase).toBe("done"));
  expect(desk.store.state.passedOn).toBe(desk.store.state.settings);
});
