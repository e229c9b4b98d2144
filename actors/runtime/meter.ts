/**
 * What one actor counts, in memory: names and labels are declared in `metrics.ts`. A count costs an addition and no allocation, so it may
 * stand on the way of every command. Gauges are read when somebody asks.
 */
import { assert } from "../../src/domain/assert.ts";
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  METRICS,
  type Metric,
  metricOf,
} from "./metrics.ts";
import { type Labels, type Reading, type Readings, seriesOf } from "./series.ts";

/** Series of one meter: those of the runtime and of the busiest actor are a tenth of it. More of them are a bug. */
export const SERIES_MAX = 1_000;

export class Counter {
  value = 0;
  #taken = 0;

  add(amount = 1): void {
    this.value += amount;
  }

  /** What was added since this was called before. */
  take(): number {
    const since = this.value - this.#taken;
    this.#taken = this.value;
    return since;
  }
}

export class Histogram {
  readonly #buckets: readonly number[];
  readonly #counts: Float64Array;
  readonly #taken: Float64Array;

  constructor(buckets: readonly number[]) {
    this.#buckets = buckets;
    this.#counts = new Float64Array(buckets.length + 2);
    this.#taken = new Float64Array(buckets.length + 2);
  }

  observe(value: number): void {
    const buckets = this.#buckets;
    let bucket = 0;
    // A dozen comparisons at most, and the first ones mostly: a search would cost more.
    while (bucket < buckets.length && value > (buckets[bucket] as number)) bucket++;
    const counts = this.#counts;
    counts[bucket] = (counts[bucket] as number) + 1;
    counts[buckets.length + 1] = (counts[buckets.length + 1] as number) + value;
  }

  get value(): readonly number[] {
    return [...this.#counts];
  }

  take(): readonly number[] | undefined {
    const since = this.#counts.map((count, index) => count - (this.#taken[index] ?? 0));
    this.#taken.set(this.#counts);
    return since.some((count) => count !== 0) ? [...since] : undefined;
  }
}

export class Meter {
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #gauges = new Map<string, () => number>();
  readonly #seriesMax: number;

  constructor(seriesMax: number = SERIES_MAX) {
    this.#seriesMax = seriesMax;
  }

  /** The same counter each time it is asked for. */
  counter(name: CounterName, labels?: Labels): Counter {
    return this.#present(this.#counters, seriesOf(name, labels), () => new Counter());
  }

  /** One counter for each declared value of the metric's only label. */
  counters<const Value extends string>(name: CounterName): (value: Value) => Counter {
    const [label, values] = onlyLabel(METRICS[name]);
    const byValue = new Map(values.map((value) => [value, this.counter(name, { [label]: value })]));
    return (value) => {
      const counted = byValue.get(value);
      assert(counted !== undefined, "a label has one of the values that are declared");
      return counted;
    };
  }

  histogram(name: HistogramName, labels?: Labels): Histogram {
    return this.#present(
      this.#histograms,
      seriesOf(name, labels),
      () => new Histogram(METRICS[name].buckets),
    );
  }

  /** `read` is called for each report and must be cheap. */
  gauge(name: GaugeName, read: () => number, labels?: Labels): void {
    this.#present(this.#gauges, seriesOf(name, labels), () => read);
  }

  /** What was counted since this was called before; zeros are left out. */
  takeCounts(): Readings {
    const taken: Record<string, Reading> = {};
    for (const [series, counter] of this.#counters) {
      const since = counter.take();
      if (since !== 0) taken[series] = since;
    }
    for (const [series, histogram] of this.#histograms) {
      const since = histogram.take();
      if (since !== undefined) taken[series] = since;
    }
    return taken;
  }

  /** All counts since this meter was made. */
  counts(): Readings {
    const counts: Record<string, Reading> = {};
    for (const [series, counter] of this.#counters) counts[series] = counter.value;
    for (const [series, histogram] of this.#histograms) counts[series] = histogram.value;
    return counts;
  }

  gauges(): Readonly<Record<string, number>> {
    const read: Record<string, number> = {};
    for (const [series, gauge] of this.#gauges) read[series] = gauge();
    return read;
  }

  #present<Kept>(among: Map<string, Kept>, series: string, make: () => Kept): Kept {
    const present = among.get(series);
    if (present !== undefined) return present;
    assert(
      this.#counters.size + this.#histograms.size + this.#gauges.size < this.#seriesMax,
      "label values are bounded by the code",
    );
    const made = make();
    among.set(series, made);
    return made;
  }
}

function onlyLabel(metric: Metric): [label: string, values: readonly string[]] {
  const [[label, values] = ["", null], ...others] = Object.entries(metric.labels ?? {});
  assert(values !== null && others.length === 0, "the metric has one label, of declared values");
  return [label, values];
}

/** A histogram for whoever reads it: how many were at most each bound, how many in all, and their sum. */
export function spread(series: string, counts: readonly number[]) {
  const metric = metricOf(series);
  assert(metric?.type === "histogram", "only histograms have buckets");
  let below = 0;
  const buckets = metric.buckets.map((bound, index) => {
    below += counts[index] ?? 0;
    return [bound, below] as const;
  });
  return { buckets, count: below + (counts[metric.buckets.length] ?? 0), sum: counts.at(-1) ?? 0 };
}
