/** What `/health/ready` says, each second: whether it tells the truth is judged afterwards. */
export type ReadinessSample = {
  readonly at: number;
  /** 0 where no answer came. */
  readonly status: number;
  readonly said: string;
  readonly checks: Readonly<Record<string, string>>;
};

const SAMPLE_MS = 1_000; // As often as the answer is worked out anew.
const ANSWER_MS_MAX = 5_000; // A probe that hangs is a finding of its own.

export class Readiness {
  readonly samples: ReadinessSample[] = [];
  /** Set while nobody is there to be asked. */
  paused = false;
  readonly #timer: NodeJS.Timeout;

  constructor(url: () => string) {
    this.#timer = setInterval(() => {
      if (!this.paused) void this.#sample(url());
    }, SAMPLE_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** How long after `from` it first said so; undefined where it did not before `until`. */
  firstSaid(word: string, from: number, until = Number.POSITIVE_INFINITY): number | undefined {
    const found = this.samples.find(({ at, said }) => at >= from && at < until && said === word);
    return found === undefined ? undefined : found.at - from;
  }

  /** Samples that were no 200: there is no reason for one while actors answer. */
  get refused(): readonly ReadinessSample[] {
    return this.samples.filter(({ status }) => status !== 200);
  }

  /** How many samples said what. */
  get tally(): Readonly<Record<string, number>> {
    const tally: Record<string, number> = {};
    for (const { said } of this.samples) tally[said] = (tally[said] ?? 0) + 1;
    return tally;
  }

  async #sample(url: string): Promise<void> {
    const at = Date.now();
    try {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
      // SAFETY: the contract's shape; a problem has no checks.
      const body = (await response.json()) as { status?: unknown; checks?: Record<string, string> };
      this.samples.push({
        at,
        status: response.status,
        said: String(body.status),
        checks: body.checks ?? {},
      });
    } catch {
      if (this.paused) return;
      this.samples.push({ at, status: 0, said: "nothing", checks: {} });
    }
  }
}
