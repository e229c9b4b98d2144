/** The node of a split's quotas as the coordinator puts it: limits that may be new to parts grow by nothing before it says so. */
import { expect, test } from "vitest";
import { FirmQuotas } from "../../../actors/account-split/quotas.ts";
import { ALL_IN_RESERVE, parseTerms } from "../../../actors/firm/messages.ts";
import type { PartSettings } from "../../../actors/risk-shard/parts-messages.ts";
import { type ActorReply, answer, refusal } from "../../../actors/runtime/reply.ts";
import type { ActorPorts } from "../../../src/ports.ts";
import { FakeClock } from "../../support/runtime-fakes.ts";

/** What the node was put with, in order. */
function quotas(limitsReply: () => ActorReply<string> = () => answer("{}")) {
  const asked: string[] = [];
  const node = {
    put: async (_envelope: unknown, _kind: unknown, body: string) => {
      asked.push(`reserve ${(JSON.parse(body) as { reserve?: string }).reserve ?? "0"}`);
      return answer("{}");
    },
    putLimits: async (_envelope: unknown, _kind: unknown, body: string) => {
      asked.push((JSON.parse(body) as { limits: { id: string }[] }).limits.map(({ id }) => id).join());
      return limitsReply();
    },
    dissolve: async () => answer(null),
  };
  // SAFETY: nothing else of it is called.
  const actors = { firm: () => node } as unknown as Pick<ActorPorts, "firm">;
  return { asked, quotas: new FirmQuotas({ tenant: "t", account: "main" }, actors, new FakeClock()) };
}

const settings = (...ids: string[]): PartSettings => ({
  ...{ currency: "USD", settings: "" },
  wide: ids.map((id) => ({ id, kind: "max-gross-exposure", threshold: "1", action: "reject" })),
});

test("without parts limits are put open, and the same ones once more are not put", async () => {
  const { asked, quotas: put } = quotas();
  expect(await put.put(settings("a"), false)).toBe(false);
  expect(await put.put(settings("a"), true)).toBe(false);
  expect(asked).toEqual(["reserve 0", "a"]);
});

test("with parts other limits are put with all in reserve, until they are opened", async () => {
  const { asked, quotas: put } = quotas();
  await put.put(settings("a"), false);
  expect(await put.put(settings("a", "b"), true)).toBe(true);
  expect(await put.put(settings("a", "b"), true)).toBe(true);
  await put.open();
  expect(await put.put(settings("a", "b"), true)).toBe(false);
  await put.open();
  expect(asked).toEqual(["reserve 0", "a", "reserve 100", "a,b", "reserve 0"]);
});

test("whoever was loaded does not know which limits the parts know, and closes them", async () => {
  const { asked, quotas: put } = quotas();
  expect(await put.put(settings("a"), true)).toBe(true);
  expect(asked).toEqual(["reserve 100", "a"]);
});

test("where limits are refused it goes on by those of before", async () => {
  const { asked, quotas: put } = quotas(() => refusal("too-many"));
  await expect(put.put(settings("a"), true)).rejects.toThrow("limits");
  expect(asked).toEqual(["reserve 100", "a", "reserve 0"]);
});

test("all is kept in reserve of the quotas of a split account alone", () => {
  const body = JSON.stringify({ currency: "USD", reserve: ALL_IN_RESERVE });
  expect(parseTerms("firm", body)).toMatchObject({ ok: false });
  expect(parseTerms("firm", body, true)).toMatchObject({ ok: true, value: { reserve: ALL_IN_RESERVE } });
});
