/** What the coordinator of an account's split knows: who is where, and what is under way. All of it is on disk. */
import { type PartsMap, UNSPLIT } from "../../src/domain/parts-map.ts";

export const SPLIT_PHASES = [
  "preparing",
  "fenced",
  "copying",
  "cutting",
  "settling",
  "done",
  "aborted",
] as const;
export type SplitPhase = (typeof SPLIT_PHASES)[number];

export type SplitPlan = {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly by: string;
  readonly startedAt: number;
  readonly phase: SplitPhase;
  readonly endedAt?: number;
  /** Why it ends without having moved everything. */
  readonly reason?: string;
  readonly slots: { readonly moved: number; readonly of: number };
  readonly symbols: number;
  /** Of its fences the longest, from when it was asked until the slots were served again. */
  readonly fencedMs: number;
  /** How many slots move at once. */
  readonly batch: number;
  /** Moves that were given up, and of them those in a row of one slot alone. */
  readonly undone: number;
  readonly tries: number;
};

/** Some slots on their way. Before `cut` there is a way back, afterwards none. */
export type MoveUnderWay = {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly slots: readonly number[];
  readonly at: number;
  readonly step: "copy" | "cut" | "undo";
  /** Of a cut. */
  readonly pages: number;
  readonly symbols: number;
};

export type SplitState = {
  readonly map: PartsMap;
  /** Objects that hold the account's settings: 1 where it is not split. */
  readonly parts: number;
  readonly splits: number;
  readonly moves: number;
  /** Rises with each change of settings; all parts have what was changed by `passedOn`. */
  readonly settings: number;
  readonly passedOn: number;
  /** The last number that parts were told something under; absent where none was drawn, then none is above `settings`. */
  readonly numbered?: number;
  /** The newest. */
  readonly plan?: SplitPlan;
  readonly move?: MoveUnderWay;
};

export const initialState = (): SplitState => ({
  map: UNSPLIT,
  parts: 1,
  splits: 0,
  moves: 0,
  settings: 0,
  passedOn: 0,
});

/** The plan that is under way. */
export const runningPlan = ({ plan }: SplitState): SplitPlan | undefined =>
  plan === undefined || plan.phase === "done" || plan.phase === "aborted" ? undefined : plan;
