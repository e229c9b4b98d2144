import { describe, expect, test } from "vitest";
import { KeptStubs } from "../../../actors/runtime/kept-stubs.ts";

type Api = { readonly ask: () => Promise<string> };

/** Stubs are numbered as they are made; those whose number is among the broken throw. */
function world(max: number, broken: readonly number[] = []) {
  let made = 0;
  let calls = 0;
  const stubs = new KeptStubs<string, Api>(max, (name) => {
    made += 1;
    const number = made;
    return {
      ask: async () => {
        calls += 1;
        if (broken.includes(number)) throw new Error(`broken ${number}`);
        return `${name} ${number}`;
      },
    };
  });
  const ask = (name: string) => stubs.call(name, (api) => api.ask());
  return { stubs, ask, made: () => made, calls: () => calls };
}

describe("kept stubs", () => {
  test("one is made for many calls", async () => {
    const { ask, made } = world(2);
    expect([await ask("a"), await ask("a"), await ask("b"), await ask("a")]).toEqual([
      "a 1",
      "a 1",
      "b 2",
      "a 1",
    ]);
    expect(made()).toBe(2);
  });

  test("where one throws, the caller hears of it, and the next call has a fresh one", async () => {
    const broken: number[] = [];
    const { ask, calls, made } = world(2, broken);
    await ask("a");
    broken.push(1, 2);
    await expect(ask("a")).rejects.toThrow("broken 1");
    await expect(ask("a")).rejects.toThrow("broken 2");
    expect([await ask("a"), await ask("a")]).toEqual(["a 3", "a 3"]);
    expect([made(), calls()]).toEqual([3, 5]);
  });

  test("where it throws before it calls, as a broken stub may, that is the same", async () => {
    let isBroken = false;
    const stubs = new KeptStubs<string, Api>(1, () => ({
      ask: () => {
        if (isBroken) throw new Error("gone");
        return Promise.resolve("told");
      },
    }));
    await stubs.call("a", (api) => api.ask());
    isBroken = true;
    await expect(stubs.call("a", (api) => api.ask())).rejects.toThrow("gone");
    expect(stubs.size).toBe(0);
  });

  test("never more than the bound are kept, and each name is still answered by its own", async () => {
    const { ask, stubs } = world(3);
    for (let call = 0; call < 50; call++) {
      const name = `n${call % 7}`;
      expect((await ask(name)).startsWith(`${name} `)).toBe(true);
      expect(stubs.size).toBeLessThanOrEqual(3);
    }
  });
});
