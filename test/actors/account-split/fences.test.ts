/** Parts of a split account that are fenced: who is asked which they are, and who admits one. */
import { describe, expect, test } from "vitest";
import { FirmQuotas, type PartFences } from "../../../actors/account-split/quotas.ts";
import { type ActorReply, answer, refusal } from "../../../actors/runtime/reply.ts";
import type { ActorPorts } from "../../../src/ports.ts";
import { envelope, FakeClock } from "../../support/runtime-fakes.ts";
import { coordinator } from "./coordinator.ts";

const BODY = JSON.stringify({ reason: "the copy is stopped", by: "ann" });

function account(fences: Partial<PartFences> = {}) {
  const asked: unknown[] = [];
  const { desk } = coordinator(async () => undefined, {
    fencedParts: async () => answer([1]),
    admit: async (_envelope, ...rest) => {
      asked.push(rest);
      return answer("admitted");
    },
    ...fences,
  });
  const split = () => desk.store.put({ ...desk.store.state, parts: 2 });
  return { desk, asked, split };
}

describe("the coordinator", () => {
  test("of an account that is not split asks nobody: no part is fenced, and none is there to be admitted", async () => {
    const { desk, asked } = account({ fencedParts: () => expect.unreachable("nobody has a quota") });
    expect(await desk.fencedParts()).toEqual(answer([]));
    expect(await desk.admit(envelope(), 1, BODY)).toMatchObject({ ok: false, code: "split-unknown" });
    expect(asked).toEqual([]);
  });

  test("of a split account passes on what the node of its quotas says", async () => {
    const { desk, asked, split } = account();
    split();
    expect(await desk.fencedParts()).toEqual(answer([1]));
    expect(await desk.admit(envelope(), 1, BODY)).toEqual(answer("admitted"));
    expect(asked).toEqual([[1, BODY]]);
  });

  test.each([
    ["is away", () => Promise.reject(new Error("away"))],
    ["refuses", async () => refusal("overloaded")],
  ])("says that it does not know which parts are fenced where the node %s", async (_title, fencedParts) => {
    const { desk, split } = account({ fencedParts });
    split();
    expect(await desk.fencedParts()).toEqual(answer(null));
  });
});

describe("the node of a split's quotas", () => {
  function quotas(reply: ActorReply<string>) {
    const asked: unknown[] = [];
    const node = {
      fenced: async () => answer(["part:3", "part:0"]),
      admit: async (...args: unknown[]) => {
        asked.push(args);
        return reply;
      },
    };
    const firm = (name: string) => {
      asked.push(name);
      return node;
    };
    // SAFETY: nothing else of it is called.
    const actors = { firm } as unknown as Pick<ActorPorts, "firm">;
    return { asked, fences: new FirmQuotas({ tenant: "t", account: "main" }, actors, new FakeClock()) };
  }

  test("knows parts by name, and the public by number", async () => {
    const { fences } = quotas(answer("{}"));
    expect(await fences.fencedParts()).toEqual(answer([0, 3]));
  });

  test("is asked to admit a part in the name of whoever does, with the body as it came", async () => {
    const { fences, asked } = quotas(answer('{"child":"part:3","isFenced":false}'));
    const from = envelope();
    expect(await fences.admit(from, 3, BODY)).toEqual(answer('{"part":3,"isFenced":false}'));
    expect(asked).toEqual(["t/main/split", [from, "firm", "part:3", BODY]]);
  });

  test.each([
    ["firm-unknown", "split-unknown"],
    ["child-unknown", "child-unknown"],
    ["principal-mismatch", "principal-mismatch"],
  ] as const)("that refuses %s is told on as %s", async (code, told) => {
    const { fences } = quotas(refusal(code));
    expect(await fences.admit(envelope(), 3, BODY)).toMatchObject({ ok: false, code: told });
  });
});
