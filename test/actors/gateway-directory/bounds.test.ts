import { expect, test } from "vitest";
import { GATEWAYS_MAX, SILENT_MS } from "../../../actors/gateway-directory/bounds.ts";
import { GATEWAY_CONNECTIONS_MAX } from "../../../src/domain/gateway.ts";
import { DirectoryBench } from "./bench.ts";

function full(): DirectoryBench {
  const bench = new DirectoryBench();
  for (let each = 0; each < GATEWAYS_MAX; each++) bench.add();
  return bench;
}

test("bound gateway-directory/state:gateways: a further one is refused, asked for or needed", () => {
  const bench = full();
  expect(bench.add()).toBe("too-many");
  for (const name of bench.names) bench.report(name, GATEWAY_CONNECTIONS_MAX);
  expect(bench.assign()).toBe("overloaded");
  expect(bench.names).toHaveLength(GATEWAYS_MAX);
});

test("bound gateway-directory/table:gateway: one that is drained and long silent makes room, no other does", () => {
  const bench = full();
  bench.drain("g-5");
  bench.clock.pass(SILENT_MS);
  expect(bench.add()).toBe("too-many");
  bench.clock.pass(1);
  expect(bench.add()).toBe(`g-${GATEWAYS_MAX + 1}`);
  expect(bench.names).not.toContain("g-5");
  expect(bench.count("gateway")).toBe(GATEWAYS_MAX);
  expect(bench.add()).toBe("too-many");
});

test("bound gateway-directory/table:gateway_mark: one row, however many were added", () => {
  expect(full().count("gateway_mark")).toBe(1);
});

test("bound gateway-directory/memory:arriving: an entry for each of the last seconds, however many connect", () => {
  const bench = new DirectoryBench();
  for (let second = 0; second < 20; second++) {
    for (let each = 0; each < 10; each++) bench.assign();
    bench.clock.pass(1_000);
  }
  const used = bench.vitals.meter.gauges()['outcry_bound_used_ratio{collection="memory:arriving"}'];
  expect(used).toBeGreaterThan(0);
  expect(used! * GATEWAYS_MAX * 4).toBeLessThanOrEqual(4);
});
