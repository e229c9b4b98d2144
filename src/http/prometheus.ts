/**
 * Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), of what all shards know. Written here:
 * the libraries for it keep their own registry in one Node process, and ours is spread over actors.
 */
import type { KindReadings } from "../../actors/metrics-shard/messages.ts";
import { spread } from "../../actors/runtime/meter.ts";
import { METRICS, type Metric, metricOf } from "../../actors/runtime/metrics.ts";
import { added, partsOf, type Reading } from "../../actors/runtime/series.ts";

/** The edge is one; actors are told apart by their kind. */
const EDGE_KIND = "edge";

/** By metric, then by the labels of each series. */
type Families = Map<string, Map<string, Reading>>;

export function prometheusText(shards: readonly (readonly KindReadings[])[]): string {
  const families = familiesOf(shards.flat());
  return Object.entries<Metric>(METRICS)
    .map(([name, metric]) => familyText(name, metric, families.get(name)))
    .join("");
}

function familiesOf(readings: readonly KindReadings[]): Families {
  const families: Families = new Map();
  for (const { kind, counts, gauges } of readings) {
    for (const [series, reading] of Object.entries(counts)) merge(families, kind, series, reading);
    for (const [series, reading] of Object.entries(gauges)) merge(families, kind, series, reading);
  }
  return families;
}

function merge(families: Families, kind: string, series: string, reading: Reading): void {
  const { name, labels } = partsOf(series);
  const metric = metricOf(name);
  if (metric === undefined) return;
  const family = families.get(name) ?? new Map<string, Reading>();
  families.set(name, family);
  const all = kind === EDGE_KIND ? labels : joined(`actor_kind="${kind}"`, labels);
  const present = family.get(all);
  const isLargest = metric.type === "gauge" && metric.over === "max";
  family.set(all, isLargest ? Math.max(Number(present ?? 0), Number(reading)) : added(present, reading));
}

function familyText(
  name: string,
  metric: Metric,
  family: Families extends Map<string, infer F> ? F | undefined : never,
): string {
  if (family === undefined) return "";
  const help = metric.help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  const samples = [...family]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([labels, reading]) => samplesOf(name, labels, reading));
  return `# HELP ${name} ${help}\n# TYPE ${name} ${metric.type}\n${samples.map((sample) => `${sample}\n`).join("")}`;
}

function samplesOf(name: string, labels: string, reading: Reading): string[] {
  if (typeof reading === "number") return [sample(name, labels, reading)];
  const { buckets, count, sum } = spread(name, reading);
  return [
    ...buckets.map(([bound, below]) =>
      sample(`${name}_bucket`, joined(labels, `le="${numberText(bound)}"`), below),
    ),
    sample(`${name}_bucket`, joined(labels, 'le="+Inf"'), count),
    sample(`${name}_sum`, labels, sum),
    sample(`${name}_count`, labels, count),
  ];
}

const joined = (one: string, other: string): string =>
  one === "" || other === "" ? one + other : `${one},${other}`;

const sample = (name: string, labels: string, value: number): string =>
  `${name}${labels === "" ? "" : `{${labels}}`} ${numberText(value)}`;

/** As Go reads a float. */
function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
