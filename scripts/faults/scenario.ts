/** What every scenario of the fault test is: a promise, a way to put it under load, and figures in the end. */

export type ScenarioOptions = {
  /** A folder of its own; taken away when nothing was found. */
  readonly folder: string;
  readonly random: () => number;
  readonly kills: number;
  readonly outageSeconds: number;
  readonly soakSeconds: number;
  /** A line about what happens now. */
  readonly say: (line: string) => void;
};

export type Verdict = {
  readonly figures: Readonly<Record<string, unknown>>;
  /** What broke a promise; none where all were kept. */
  readonly faults: readonly string[];
  /** Why the scenario could not run here. */
  readonly skipped?: string;
};

export type Scenario = {
  readonly name: string;
  readonly promise: string;
  readonly run: (options: ScenarioOptions) => Promise<Verdict>;
};
