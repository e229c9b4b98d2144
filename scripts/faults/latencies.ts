/** Round trips of answered calls, to be told for a span of the run. */
export type LatencyFigures = { readonly calls: number; readonly p50Ms: number; readonly p99Ms: number };

export class Latencies {
  readonly #taken: { readonly kind: string; readonly at: number; readonly ms: number }[] = [];

  add(kind: string, startedAt: number, endedAt: number): void {
    this.#taken.push({ kind, at: startedAt, ms: endedAt - startedAt });
  }

  /** Of calls that began in [from, to). */
  between(kind: string, from: number, to: number): LatencyFigures {
    const sorted = this.#taken
      .filter((one) => one.kind === kind && one.at >= from && one.at < to)
      .map(({ ms }) => ms)
      .sort((one, other) => one - other);
    const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
    return { calls: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
  }
}
