import { describe, expect, test } from "vitest";
import {
  fragmentOf,
  fragmentOfDecision,
  nameOfDecision,
  namesOfDecision,
  placeOf,
} from "../../src/console/location.ts";
import { forgetKey, takeKey } from "../../src/console/session.ts";

describe("a place in the Console", () => {
  test.each([
    ["symbols", undefined, "1", "#/symbols"],
    ["symbols", "SIM:ROCKET", "5", "#/symbols/SIM:ROCKET?res=5"],
    ["accounts", "a.b-c", "1", "#/accounts/a.b-c"],
    ["firms", "desk:rates", "1", "#/firms/desk:rates"],
    ["strategies", "<img onerror=x>/?#%", "1D", "#/strategies/%3Cimg%20onerror%3Dx%3E%2F%3F%23%25?res=1D"],
  ] as const)("%s %s %s is %s, there and back", (view, opened, resolution, fragment) => {
    expect(fragmentOf(view, opened, resolution)).toBe(fragment);
    expect(placeOf(fragment)).toEqual({ view, resolution, ...(opened === undefined ? {} : { opened }) });
  });

  test("a decision of an account has one of its own, there and back", () => {
    expect(fragmentOfDecision("a/b", { seq: 17 })).toBe("#/accounts/a%2Fb/decisions/17");
    expect(placeOf("#/accounts/a%2Fb/decisions/17")).toEqual({
      ...{ view: "accounts", opened: "a/b", resolution: "1", decision: "17" },
    });
  });

  test("a decision of another part of a split account says which, there and back", () => {
    const fragment = fragmentOfDecision("hot", { seq: 17, part: 2 });
    expect(fragment).toBe("#/accounts/hot/decisions/2.17");
    expect(placeOf(fragment).decision).toBe("2.17");
    expect(namesOfDecision("2.17")).toEqual({ seq: "17", part: 2 });
    expect(namesOfDecision("17")).toEqual({ seq: "17" });
    expect(nameOfDecision({ seq: 17 })).toBe("17");
  });

  test.each([
    "decisions/8.17",
    "decisions/0.17",
    "decisions/2.",
    "decisions",
    "decisions/",
    "decisions/0",
    "decisions/x",
    "decisions/99999999999999999",
    "orders/1",
  ])("%s is no decision: it leads to the account", (rest) =>
    expect(placeOf(`#/accounts/demo/${rest}`)).toEqual({ view: "accounts", opened: "demo", resolution: "1" }),
  );

  test.each(["", "#", "#/", "#/nowhere", "#/symbols?res=7", "#/symbols/%E0%A4%A"])(
    "%s leads to the symbols",
    (fragment) => expect(placeOf(fragment)).toEqual({ view: "symbols", resolution: "1" }),
  );
});

describe("the key", () => {
  const tabAt = (hash: string) => {
    const kept = new Map<string, string>();
    const shown: string[] = [];
    const tab = {
      location: { hash, pathname: "/" },
      history: { replaceState: (_state: null, _unused: string, url: string) => void shown.push(url) },
      sessionStorage: {
        getItem: (name: string) => kept.get(name) ?? null,
        setItem: (name: string, value: string) => void kept.set(name, value),
        removeItem: (name: string) => void kept.delete(name),
      },
    };
    return { tab, shown, kept };
  };

  test("of a link is taken, kept for the tab, and gone from the address", () => {
    const { tab, shown } = tabAt("#key=ok_root_abc");
    expect(takeKey(tab)).toBe("ok_root_abc");
    expect(shown).toEqual(["/#/symbols"]);
    expect(takeKey({ ...tab, location: { hash: "#/accounts", pathname: "/" } })).toBe("ok_root_abc");
  });

  test("is none until there is one, and none again once it is forgotten", () => {
    const { tab, kept } = tabAt("#/symbols");
    expect(takeKey(tab)).toBeUndefined();
    kept.set("outcry.key", "k");
    forgetKey(tab);
    expect([takeKey(tab), kept.size]).toEqual([undefined, 0]);
  });
});
