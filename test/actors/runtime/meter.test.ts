import { describe, expect, test } from "vitest";
import { Meter, SERIES_MAX, spread } from "../../../actors/runtime/meter.ts";
import { METRICS, type Metric } from "../../../actors/runtime/metrics.ts";
import { added, partsOf, seriesOf } from "../../../actors/runtime/series.ts";

describe("what is counted", () => {
  test("is taken once, and stands in the whole", () => {
    const meter = new Meter();
    const facts = meter.counter("outcry_facts_total");
    const waits = meter.histogram("outcry_mailbox_wait_seconds");
    facts.add(3);
    waits.observe(0.001);
    waits.observe(99);
    expect(meter.takeCounts()).toEqual({
      outcry_facts_total: 3,
      outcry_mailbox_wait_seconds: [1, ...Array(12).fill(0), 1, 99.001],
    });
    facts.add();
    expect(meter.takeCounts()).toEqual({ outcry_facts_total: 1 });
    expect(meter.takeCounts()).toEqual({});
    expect(meter.counts()["outcry_facts_total"]).toBe(4);
  });

  test("falls into the first bucket that it is not above", () => {
    const meter = new Meter();
    const groups = meter.histogram("outcry_group_commands");
    for (const size of [1, 2, 3, 512, 513]) groups.observe(size);
    const { buckets, count, sum } = spread("outcry_group_commands", groups.value);
    expect(new Map(buckets).get(1)).toBe(1);
    expect(new Map(buckets).get(2)).toBe(2);
    expect(new Map(buckets).get(4)).toBe(3);
    expect(new Map(buckets).get(512)).toBe(4);
    expect([count, sum]).toEqual([5, 1_031]);
  });

  test("is the same counter whoever asks for it", () => {
    const meter = new Meter();
    meter.counter("outcry_ticks_total", { outcome: "late" }).add();
    meter.counters("outcry_ticks_total")("late").add();
    expect(meter.counts()['outcry_ticks_total{outcome="late"}']).toBe(2);
  });

  test("a gauge is read when it is asked for", () => {
    const meter = new Meter();
    let depth = 1;
    meter.gauge("outcry_mailbox_depth", () => depth);
    depth = 7;
    expect(meter.gauges()).toEqual({ outcry_mailbox_depth: 7 });
  });
});

describe("what is not declared is a bug", () => {
  const meter = new Meter();
  test.each([
    ["a name", () => seriesOf("outcry_nothing_total")],
    ["a name that every object has", () => seriesOf("constructor")],
    ["a label", () => seriesOf("outcry_facts_total", { tenant: "acme" })],
    ["a label too few", () => seriesOf("outcry_ticks_total")],
    ["another label", () => seriesOf("outcry_ticks_total", { kind: "late" })],
    ["a value", () => seriesOf("outcry_ticks_total", { outcome: "stolen" })],
    ["a value that code could not have", () => seriesOf("outcry_breaker_state", { breaker: 'a"b' })],
    ["a value of a counter", () => meter.counters<string>("outcry_ticks_total")("stolen")],
  ])("%s", (_what, act) => expect(act).toThrow());

  test("more series than the code can make", () => {
    const full = new Meter();
    for (let series = 0; series < SERIES_MAX; series++)
      full.gauge("outcry_breaker_state", () => 0, { breaker: `b${series}` });
    full.gauge("outcry_breaker_state", () => 0, { breaker: "b0" });
    expect(() => full.counter("outcry_facts_total")).toThrow();
  });
});

describe("metrics", () => {
  test("are named as Prometheus wants them", () => {
    for (const [name, metric] of Object.entries<Metric>(METRICS)) {
      expect(name).toMatch(/^outcry_[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith("_total")).toBe(metric.type === "counter");
      expect(metric.help).toMatch(/^[A-Z0-9].*\.$/);
      for (const label of Object.keys(metric.labels ?? {})) expect(label).toMatch(/^[a-z]+$/);
      if (metric.type === "histogram")
        expect(metric.buckets).toEqual([...metric.buckets].sort((a, b) => a - b));
    }
  });

  test("a series is read as it was written", () => {
    const series = seriesOf("outcry_http_requests_total", {
      method: "GET",
      route: "/v1/x/{y}",
      status: "200",
    });
    expect(partsOf(series)).toEqual({
      name: "outcry_http_requests_total",
      labels: 'method="GET",route="/v1/x/{y}",status="200"',
    });
  });

  test("buckets that have changed begin anew", () => {
    expect(added([1, 2, 3], [1, 1, 1])).toEqual([2, 3, 4]);
    expect(added([1, 2], [1, 1, 1])).toEqual([1, 1, 1]);
    expect(added(4, [1])).toEqual([1]);
    expect(added(undefined, 4)).toBe(4);
  });
});
