/** One series by one text: the metric's name and its labels, as Prometheus writes them: `outcry_ticks_total{outcome="late"}`. */
import { assert } from "../../src/domain/assert.ts";
import { metricOf } from "./metrics.ts";

export type Labels = Readonly<Record<string, string>>;
/** A counter is a number; a histogram the count of each bucket, then of what lies beyond all, then the sum. */
export type Reading = number | readonly number[];
/** By series. */
export type Readings = Readonly<Record<string, Reading>>;

/** Of what code bounds: routes, collections, statuses. */
const VALUE_PATTERN = /^[\w:./{}*-]{1,128}$/;

/** The text of a declared series; anything undeclared is a failed assertion. */
export function seriesOf(name: string, labels: Labels = {}): string {
  const declared = metricOf(name);
  assert(declared !== undefined, "every metric is declared");
  const names = Object.keys(declared.labels ?? {});
  assert(names.length === Object.keys(labels).length, "a series has the labels that its metric declares");
  if (names.length === 0) return name;
  const pairs = names.map((label) => {
    const value = labels[label];
    const values = declared.labels?.[label];
    assert(value !== undefined, "a series has the labels that its metric declares");
    assert(
      values?.includes(value) ?? VALUE_PATTERN.test(value),
      "a label has one of the values that are declared",
    );
    return `${label}="${escaped(value)}"`;
  });
  return `${name}{${pairs.join(",")}}`;
}

/** The name, and the labels as they are written between the braces. */
export function partsOf(series: string): { readonly name: string; readonly labels: string } {
  const brace = series.indexOf("{");
  if (brace === -1) return { name: series, labels: "" };
  return { name: series.slice(0, brace), labels: series.slice(brace + 1, -1) };
}

export const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

/** Two readings of one series together. Where the buckets have changed with a deploy, the newer ones begin anew. */
export function added(one: Reading | undefined, other: Reading): Reading {
  if (typeof other === "number") return (typeof one === "number" ? one : 0) + other;
  if (one === undefined || typeof one === "number" || one.length !== other.length) return other;
  return one.map((count, index) => count + (other[index] ?? 0));
}
