/** Who is sent to which gateway, and when there is one more or one less. */
import { describe, expect, test } from "vitest";
import { CROWDED_CONNECTIONS } from "../../../actors/gateway-directory/decide.ts";
import { gatewayItem } from "../../../src/contracts/gateways.ts";
import { GATEWAY_CONNECTIONS_MAX } from "../../../src/domain/gateway.ts";
import { DirectoryBench } from "./bench.ts";

const withGateways = (count: number): DirectoryBench => {
  const bench = new DirectoryBench();
  for (let each = 0; each < count; each++) bench.add();
  return bench;
};

describe("a connection", () => {
  test("that is the first one makes the first gateway", () => {
    const bench = new DirectoryBench();
    expect(bench.assign()).toBe("g-1");
    expect(bench.assign()).toBe("g-1");
    expect(bench.outbox.facts.map(({ kind, payload }) => [kind, JSON.parse(payload).why])).toEqual([
      ["gateway-added", "first"],
    ]);
  });

  test("goes where the fewest are, by the last reports and by what was sent there since", () => {
    const bench = withGateways(3);
    bench.report("g-1", 10);
    bench.report("g-2", 3);
    bench.report("g-3", 5);
    expect(Array.from({ length: 5 }, () => bench.assign())).toEqual(["g-2", "g-2", "g-2", "g-3", "g-2"]);
  });

  test("of equally many goes where the fewest topics are", () => {
    const bench = withGateways(3);
    bench.report("g-1", 1, { topics: 9 });
    bench.report("g-2", 1, { topics: 4 });
    bench.report("g-3", 1, { topics: 5 });
    expect(bench.assign()).toBe("g-2");
  });

  test("that was sent somewhere counts there for three seconds, and then by the reports alone", () => {
    const bench = withGateways(1);
    bench.assign();
    bench.clock.pass(2_000);
    expect(bench.listed()[0]?.connections).toBe(1);
    bench.report("g-1", 1);
    bench.clock.pass(2_000);
    expect(bench.listed()[0]?.connections).toBe(1);
  });

  test("of a storm of 2,000 is spread evenly, however old the reports", () => {
    const bench = withGateways(4);
    const sent = new Map<string, number>();
    for (let each = 0; each < 2_000; each++) {
      const gateway = bench.assign();
      sent.set(gateway, (sent.get(gateway) ?? 0) + 1);
    }
    expect([...sent.values()]).toEqual([500, 500, 500, 500]);
  });

  test("with a session goes to the gateway that keeps it, however full", () => {
    const bench = withGateways(2);
    bench.report("g-2", GATEWAY_CONNECTIONS_MAX);
    expect(bench.assign({ keptBy: "g-2" })).toBe("g-2");
  });

  test("with a session of a gateway that is draining, has refused it, or is not known goes as any other", () => {
    const bench = withGateways(3);
    bench.drain("g-2");
    bench.report("g-3", 1);
    expect(bench.assign({ keptBy: "g-2" })).toBe("g-1");
    expect(bench.assign({ keptBy: "g-77" })).toBe("g-1");
    expect(bench.assign({ keptBy: "g-1", except: ["g-1"] })).toBe("g-3");
  });

  test("that every open gateway has refused is overloaded, and none is made for it", () => {
    const bench = withGateways(2);
    expect(bench.assign({ except: ["g-1", "g-2"] })).toBe("overloaded");
    expect(bench.names).toEqual(["g-1", "g-2"]);
  });
});

describe("a further gateway", () => {
  test("is there when all open ones are four fifths full, and not before", () => {
    const bench = withGateways(2);
    bench.report("g-1", CROWDED_CONNECTIONS);
    bench.report("g-2", CROWDED_CONNECTIONS - 1);
    expect(bench.assign()).toBe("g-2");
    expect(bench.assign()).toBe("g-3");
    expect(JSON.parse(bench.outbox.facts.at(-1)?.payload ?? "")).toMatchObject({
      gateway: "g-3",
      why: "full",
    });
  });

  test("takes connections at once, and is shown as the contract says", () => {
    const bench = withGateways(1);
    bench.report("g-1", 5);
    expect(bench.add()).toBe("g-2");
    expect(bench.assign()).toBe("g-2");
    for (const item of bench.listed()) expect(gatewayItem.parse(item)).toEqual(item);
    expect(bench.listed()).toMatchObject([
      { gateway: "g-1", connections: 5, lastReportAt: bench.clock.now() },
      { gateway: "g-2", connections: 1, lastReportAt: null, state: "open" },
    ]);
  });

  test("never has a number that was used, also after one has left and after a load", () => {
    const bench = withGateways(2);
    bench.drain("g-2");
    bench.report("g-2", 0);
    bench.restart();
    expect(bench.add()).toBe("g-3");
    expect(bench.names).toEqual(["g-1", "g-3"]);
  });
});

describe("a draining gateway", () => {
  test("is sent nobody, hears so with its reports, and leaves with its last connection", () => {
    const bench = withGateways(2);
    bench.report("g-1", 9);
    expect(bench.drain("g-2")).toBe("draining");
    expect(bench.assign()).toBe("g-1");
    expect(bench.report("g-2", 3)).toEqual({ ok: true, value: { isDraining: true } });
    expect(bench.names).toEqual(["g-1", "g-2"]);
    expect(bench.report("g-2", 0)).toEqual({ ok: true, value: { isDraining: true } });
    expect(bench.names).toEqual(["g-1"]);
    expect(bench.report("g-2", 0)).toMatchObject({ ok: false, code: "not-found" });
  });

  test("that is drained again is drained once, also after a load", () => {
    const bench = withGateways(1);
    bench.drain("g-1");
    bench.restart();
    expect(bench.drain("g-1")).toBe("draining");
    expect(bench.outbox.facts.map(({ kind }) => kind)).toEqual(["gateway-added", "gateway-drained"]);
  });

  test("where all others are draining too, the next connection makes one", () => {
    const bench = withGateways(1);
    bench.drain("g-1");
    expect(bench.assign()).toBe("g-2");
  });

  test("that is kept stays open; one that is not known is not found", () => {
    const bench = withGateways(1);
    expect(bench.drain("g-1", true)).toBe("open");
    expect(bench.drain("g-9")).toBe("not-found");
    expect(bench.drain("g-9", true)).toBe("not-found");
  });
});

describe("a report", () => {
  test("older than the last one says nothing", () => {
    const bench = withGateways(1);
    bench.report("g-1", 7);
    bench.report("g-1", 3, { at: bench.clock.now() - 1 });
    expect(bench.listed()[0]?.connections).toBe(7);
  });

  test("is on disk where it is the first, or moves a twentieth of the places; a load is off by less than that", () => {
    const bench = withGateways(1);
    const stored = () => bench.sql.exec("SELECT connections FROM gateway")[0]?.["connections"];
    bench.report("g-1", 5);
    expect(stored()).toBe(5);
    bench.report("g-1", 104);
    expect(stored()).toBe(5);
    bench.report("g-1", 105);
    expect(stored()).toBe(105);
    bench.restart();
    expect(bench.listed()[0]?.connections).toBe(105);
  });
});

test("pages follow the order in which gateways were added", () => {
  const bench = withGateways(12);
  const first = bench.turns.list({ limit: 10 });
  expect([first.items.length, first.total, first.next]).toEqual([10, 12, "g-10"]);
  const rest = bench.turns.list({ limit: 10, after: "g-10" });
  expect(rest.items.map((item) => JSON.parse(item).gateway)).toEqual(["g-11", "g-12"]);
  expect(rest.next).toBeUndefined();
});
