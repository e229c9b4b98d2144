import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KindReadings } from "../../actors/metrics-shard/messages.ts";
import { METRICS, type Metric } from "../../actors/runtime/metrics.ts";
import { escaped, type Reading, seriesOf } from "../../actors/runtime/series.ts";
import { prometheusText } from "../../src/http/prometheus.ts";
import { declaredEndpoints } from "../support/declared.ts";
import { parsePrometheus, valueOf } from "../support/prometheus.ts";

describe("the text", () => {
  test("is what a server reads: families, their samples, buckets that rise to the count", () => {
    const counts = { outcry_group_commands: [2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 700.5], outcry_facts_total: 3 };
    expect(prometheusText([[{ kind: "symbol", counts, gauges: { outcry_outbox_lag_seconds: 0.25 } }]])).toBe(
      `# HELP outcry_group_commands Commands that shared one transaction.
# TYPE outcry_group_commands histogram
outcry_group_commands_bucket{actor_kind="symbol",le="1"} 2
outcry_group_commands_bucket{actor_kind="symbol",le="2"} 2
${[4, 8, 16, 32, 64, 128, 256, 512].map((le) => `outcry_group_commands_bucket{actor_kind="symbol",le="${le}"} 3\n`).join("")}outcry_group_commands_bucket{actor_kind="symbol",le="+Inf"} 4
outcry_group_commands_sum{actor_kind="symbol"} 700.5
outcry_group_commands_count{actor_kind="symbol"} 4
# HELP outcry_facts_total Facts recorded.
# TYPE outcry_facts_total counter
outcry_facts_total{actor_kind="symbol"} 3
# HELP outcry_outbox_lag_seconds Age of the oldest fact that waits for Postgres, where that is more than two seconds.
# TYPE outcry_outbox_lag_seconds gauge
outcry_outbox_lag_seconds{actor_kind="symbol"} 0.25
`,
    );
  });

  test("of nothing is empty", () => expect(prometheusText([[]])).toBe(""));

  test("takes the largest of some gauges over shards, and the sum of others", () => {
    const shard = (lag: number, depth: number): KindReadings[] => [
      { kind: "symbol", counts: {}, gauges: { outcry_outbox_lag_seconds: lag, outcry_mailbox_depth: depth } },
    ];
    const families = parsePrometheus(prometheusText([shard(3, 1), shard(2, 5)]));
    expect(valueOf(families, "outcry_outbox_lag_seconds")).toBe(3);
    expect(valueOf(families, "outcry_mailbox_depth")).toBe(6);
  });

  test("leaves out what is declared nowhere: a shard may run newer code", () => {
    expect(prometheusText([[{ kind: "symbol", counts: { outcry_newer_total: 1 }, gauges: {} }]])).toBe("");
  });

  test("of every metric, label and number is read as it was meant", () => {
    const names = Object.keys(METRICS) as (keyof typeof METRICS)[];
    const oneOf = fc.record({
      name: fc.constantFrom(...names),
      pick: fc.nat(),
      number: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      kind: fc.constantFrom("symbol", "risk-shard", "edge"),
    });
    fc.assert(
      fc.property(fc.array(oneOf, { maxLength: 30 }), (drawn) => {
        const text = prometheusText(
          drawn.map(({ name, pick, number, kind }) => [shardOf(name, pick, number, kind)]),
        );
        if (text === "") return;
        for (const [name, family] of parsePrometheus(text)) {
          expect(family.type).toBe(METRICS[name as keyof typeof METRICS].type);
          expect(family.help).toBe(METRICS[name as keyof typeof METRICS].help);
        }
      }),
    );
  });
});

function shardOf(name: keyof typeof METRICS, pick: number, number: number, kind: string): KindReadings {
  const metric: Metric = METRICS[name];
  const labels = Object.entries(metric.labels ?? {}).map(([label, values]) => {
    return [label, values === null ? `/v1/{x}/${pick % 9}` : (values[pick % values.length] ?? "")];
  });
  const series = seriesOf(name, Object.fromEntries(labels));
  if (metric.type === "gauge") return { kind, counts: {}, gauges: { [series]: number } };
  const reading: Reading =
    metric.type === "histogram" ? [...metric.buckets.map(() => 1), pick % 5, number] : number;
  return { kind, counts: { [series]: reading }, gauges: {} };
}

test("what breaks a line or a label is escaped", () =>
  expect(escaped('a\\b"c\nd')).toBe(String.raw`a\\b\"c\nd`));

test("every declared call can be counted by its route", async () => {
  for (const { method, path } of await declaredEndpoints())
    expect(() =>
      seriesOf("outcry_http_requests_total", { method, route: path, status: "200" }),
    ).not.toThrow();
});

describe("the reader of these tests", () => {
  test.each([
    ["no line feed at the end", "# HELP a_total x\n# TYPE a_total counter\na_total 1"],
    ["a sample without a family", "a_total 1\n"],
    ["a series twice", "# HELP a_total x\n# TYPE a_total counter\na_total 1\na_total 1\n"],
    ["a counter that is not called total", "# HELP a x\n# TYPE a counter\na 1\n"],
    ["a label without quotes", "# HELP a x\n# TYPE a gauge\na{b=1} 1\n"],
    ["a quote that is not escaped", '# HELP a x\n# TYPE a gauge\na{b="c"d"} 1\n'],
    ["no value", "# HELP a x\n# TYPE a gauge\na \n"],
    [
      "buckets that fall",
      '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    ],
    [
      "a count that is not the last bucket",
      '# HELP a x\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n',
    ],
  ])("refuses %s", (_what, text) => expect(() => parsePrometheus(text)).toThrow());

  test("reads escapes as they were written", () => {
    const families = parsePrometheus(`# HELP a x\n# TYPE a gauge\na{b="${escaped('q"\\\n')}",c="d"} +Inf\n`);
    expect(families.get("a")?.samples).toEqual([
      { name: "a", labels: { b: 'q"\\\n', c: "d" }, value: Number.POSITIVE_INFINITY },
    ]);
  });
});
