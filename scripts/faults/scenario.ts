/** What every scenario of the fault test is: a promise, a way to put it under load, and figures in the end. */
import type { Compared } from "./trial.ts";

export type ScenarioOptions = {
  /** A folder of its own; taken away when nothing was found. */
  readonly folder: string;
  readonly random: () => number;
  readonly kills: number;
  readonly outageSeconds: number;
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

/** What the comparing program found, as faults. */
export function faultsOf({ lost, doubled, wrong }: Compared): string[] {
  return [
    ...(lost === 0 ? [] : [`${lost} lost`]),
    ...(doubled === 0 ? [] : [`${doubled} doubled`]),
    ...wrong.slice(0, WRONG_SHOWN_MAX),
    ...(wrong.length > WRONG_SHOWN_MAX ? [`and ${wrong.length - WRONG_SHOWN_MAX} more`] : []),
  ];
}

/** Enough to see what is wrong; the rest is the same again. */
const WRONG_SHOWN_MAX = 12;
