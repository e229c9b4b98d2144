/**
 * One number for how easily an instrument trades, from 0 to 100, with the parts that it is made of. Weights and anchors are fixed and have
 * a version: whoever stored a score can tell what it meant.
 */
export const SCORE_VERSION = 1;

/** What the cost of a sweep is measured at, in the instrument's currency: an order of a private client. Scores compare within one currency. */
export const STANDARD_NOTIONAL = 10_000;

export const SCORE_WEIGHTS = { spread: 0.35, depth: 0.25, sweep: 0.25, updates: 0.15 } as const;
export type ScorePart = keyof typeof SCORE_WEIGHTS;

/** Undefined where it is not known; Infinity bps is a sweep that the book cannot fill. */
export type ScoreInputs = {
  readonly spreadBps: number | undefined;
  /** Of the lighter side within 10 bps, in the instrument's currency. */
  readonly depthNotional: number;
  /** Against the middle, of the dearer side. */
  readonly sweepBps: number;
  readonly updatesPerSecond: number | undefined;
};

export type Score = {
  readonly version: number;
  readonly value: number;
  readonly parts: { readonly [Part in ScorePart]: number };
};

/** Each part is 1 at the better anchor and beyond, 0 at the worse one, and between both in a straight line over the logarithm. */
const ANCHORS: { readonly [Part in ScorePart]: { readonly worst: number; readonly best: number } } = {
  spread: { worst: 100, best: 1 },
  depth: { worst: STANDARD_NOTIONAL / 10, best: STANDARD_NOTIONAL * 100 },
  sweep: { worst: 100, best: 1 },
  updates: { worst: 0.1, best: 10 },
};

/** Undefined where a part is not known: a score of the others would not compare with any other. */
export function liquidityScore({
  spreadBps,
  depthNotional,
  sweepBps,
  updatesPerSecond,
}: ScoreInputs): Score | undefined {
  if (spreadBps === undefined || updatesPerSecond === undefined) return undefined;
  const parts = {
    spread: partOf("spread", spreadBps),
    depth: partOf("depth", depthNotional),
    sweep: partOf("sweep", sweepBps),
    updates: partOf("updates", updatesPerSecond),
  };
  const names = Object.keys(SCORE_WEIGHTS) as ScorePart[];
  const sum = names.reduce((total, part) => total + SCORE_WEIGHTS[part] * parts[part], 0);
  return { version: SCORE_VERSION, value: 100 * sum, parts };
}

/** A spread or a cost at or below zero, of a crossed or locked book, is at the better anchor. */
function partOf(part: ScorePart, value: number): number {
  const { worst, best } = ANCHORS[part];
  const between = Math.log(Math.max(value, Number.MIN_VALUE) / worst) / Math.log(best / worst);
  return Math.min(1, Math.max(0, between));
}
