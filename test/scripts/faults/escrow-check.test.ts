import { describe, expect, test } from "vitest";
import type { Acknowledged } from "../../../scripts/faults/acknowledged.ts";
import {
  chainFaults,
  type DiskNode,
  diskFaults,
  exposuresOf,
  quotaFaults,
  type ShownLimit,
  type ShownQuota,
  useFaults,
} from "../../../scripts/faults/escrow-check.ts";

const child = (name: string, granted: string, used: string, fields: object = {}) => ({
  ...{ child: name, granted, used, isFenced: false },
  ...fields,
});
const gross = (fields: Partial<ShownLimit> = {}): ShownLimit => ({
  ...{ budget: "firm:f/gross", kind: "max-gross-exposure", limit: "1000", granted: "700", used: "500" },
  children: [child("account:a", "400", "300"), child("desk:d", "300", "200")],
  ...fields,
});
const firm = (...limits: ShownLimit[]): ShownQuota => ({ node: "firm:f", limits });

describe("a quota that is shown", () => {
  test("holds where the parts make up what is granted, within the limit", () =>
    expect(quotaFaults(firm(gross()))).toEqual([]));

  test.each<readonly [what: string, limit: ShownLimit, fault: RegExp]>([
    ["more is granted than the limit", gross({ limit: "699" }), /700 granted of 699/],
    ["a child's part is nowhere", gross({ granted: "701" }), /do not have the 701 that is granted/],
    [
      "a child uses more than it has",
      gross({ children: [child("account:a", "700", "701")] }),
      /uses 701 of 700/,
    ],
    [
      "a child is fenced",
      gross({ children: [child("account:a", "700", "1", { isFenced: true })] }),
      /account:a is fenced/,
    ],
  ])("is found where %s", (_what, limit, fault) => {
    const faults = quotaFaults(firm(limit));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });

  test("of a net limit is found where a child uses more than it has once everybody was heard: what closes may have made it so", () => {
    const children = [child("account:a", "700", "701")];
    const net = { ...gross({ children }), kind: "max-net-exposure" };
    expect(quotaFaults(firm(net))).toEqual([]);
    expect(quotaFaults(firm(net), true)[0]).toMatch(/uses 701 of 700/);
  });

  test("is found where a desk has more than the firm has granted it, and only there", () => {
    const deskOf = (limit: string): ShownQuota => ({ node: "desk:d", limits: [gross({ limit })] });
    expect(chainFaults(firm(gross()), deskOf("300"))).toEqual([]);
    expect(chainFaults(firm(gross()), deskOf("301"))[0]).toMatch(/has 301 .* granted it 300/);
  });
});

describe("disks that were left behind", () => {
  const amounts = (amount: bigint) => new Map([["firm:f/gross", amount]]);
  const node = (fields: Partial<DiskNode> = {}): DiskNode => ({
    ...{ node: "firm:f", limits: amounts(100n), held: new Map([["account:a", amounts(60n)]]) },
    granted: new Map([
      ["account:a", amounts(60n)],
      ["account:b", amounts(40n)],
    ]),
    ...fields,
  });

  test("hold where all is granted and held, to the last digit", () => expect(diskFaults(node())).toEqual([]));

  test.each<readonly [what: string, fields: Partial<DiskNode>, fault: RegExp]>([
    ["one more is granted than the limit", { limits: amounts(99n) }, /100 granted of 99/],
    [
      "one more is held than granted",
      { held: new Map([["account:b", amounts(41n)]]) },
      /holds 41, .* granted 40/,
    ],
    [
      "somebody holds what nobody granted",
      { held: new Map([["account:c", amounts(1n)]]) },
      /holds 1, .* granted 0/,
    ],
  ])("are found where %s", (_what, fields, fault) => {
    const faults = diskFaults(node(fields));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });
});

const fill = (account: string, symbol: string, side: "buy" | "sell", qty: string): Acknowledged => ({
  ...{ kind: "execution", account, symbol, side },
  body: { execId: `${account}${symbol}${side}${qty}`, qty },
});

test("the last of twelve decimals counts", () => {
  const [one, other] = ["6000.000000000001", "345.5"];
  const children = [child("account:a", one, "1"), child("account:b", other, "1")];
  const shown = (granted: string) => quotaFaults(firm(gross({ limit: "9000", granted, children })));
  expect(shown("6345.500000000001")).toEqual([]);
  expect(shown("6345.500000000002")).toHaveLength(1);
});

describe("what fills make", () => {
  const fills = [
    fill("a", "X:1", "buy", "7"),
    fill("a", "X:1", "sell", "3"),
    fill("a", "X:2", "sell", "2"),
    fill("b", "X:1", "sell", "1"),
  ];
  const exposures = [...exposuresOf(fills, 10).values()];

  test("is added up by account and symbol", () =>
    expect(exposures).toEqual([
      { gross: 60, long: 40, short: 20 },
      { gross: 10, long: 0, short: 10 },
    ]));

  test.each([
    ["max-gross-exposure", "firm:f/g", "70"],
    ["max-long-notional", "firm:f/l", "40"],
    ["max-short-notional", "firm:f/s", "30"],
    ["max-net-exposure", "firm:f/n/long", "20"],
    ["max-net-exposure", "firm:f/n/short", "10"],
  ])("of %s is what %s must tell", (kind, budget, used) => {
    expect(useFaults(firm(gross({ kind, budget, used })), exposures)).toEqual([]);
    const told = useFaults(firm(gross({ kind, budget, used: "1" })), exposures);
    expect(told).toEqual([`firm:f ${budget}: fills make ${used}, 1 is told`]);
  });

  test("above the limit is found, whatever the quota tells", () =>
    expect(useFaults(firm(gross({ limit: "69", used: "70" })), exposures)).toEqual([
      "firm:f firm:f/gross: fills make 70, the limit is 69",
    ]));
});
