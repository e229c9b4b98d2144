/** What a split does next, by how it stands: the same after a crash as before. */
import { isSplit, movedTo, partCount, partOfSlot, SLOTS } from "../../src/domain/parts-map.ts";
import type { PartsMove } from "../risk-shard/parts-messages.ts";
import type { MoveUnderWay, SplitPlan, SplitState } from "./state.ts";

export type Step =
  | { readonly do: "prepare"; readonly parts: number }
  | { readonly do: "pass-on" }
  | {
      readonly do: "begin";
      readonly from: number;
      readonly to: number;
      readonly slots: readonly number[];
    }
  | { readonly do: "copy" | "finish" | "undo"; readonly move: PartsMove; readonly under: MoveUnderWay }
  | { readonly do: "moved-all" }
  /** Parts from `parts` on hold nothing any more. */
  | { readonly do: "settle"; readonly parts: number };

const STEP_OF = { copy: "copy", cut: "finish", undo: "undo" } as const;

/** `refused`: the number of settings that will not be taken however often they are passed on. */
export function nextStep(state: SplitState, refused?: number): Step | undefined {
  const { plan, move, map } = state;
  if (move !== undefined) return { do: STEP_OF[move.step], move: asPartsMove(state, move), under: move };
  if (plan?.phase === "preparing") return { do: "prepare", parts: Math.max(plan.to, state.parts) };
  if (plan?.phase === "settling") return { do: "settle", parts: isSplit(map) ? partCount(map) : 1 };
  const isStuck = isMerge(plan) && refused === state.settings;
  if (state.passedOn < state.settings && state.parts > 1 && !isStuck) return { do: "pass-on" };
  if (plan === undefined || plan.phase !== "fenced") return undefined;
  const next = nextSlots(state, plan.to, plan.batch);
  return next === undefined ? { do: "moved-all" } : { do: "begin", ...next };
}

/** It ends what stands in the way of passing something on. */
const isMerge = (plan: SplitPlan | undefined): boolean => plan?.phase === "fenced" && plan.to < plan.from;

/** Slots of one part that belong to another one, as many as move at once. */
function nextSlots({ map }: SplitState, shards: number, batch: number) {
  const misplaced = misplacedSlots({ map }, shards);
  const [first] = misplaced;
  if (first === undefined) return undefined;
  const from = partOfSlot(map, first);
  const to = first % shards;
  const same = misplaced.filter((slot) => partOfSlot(map, slot) === from && slot % shards === to);
  return { from, to, slots: same.slice(0, batch) };
}

export const misplacedSlots = ({ map }: Pick<SplitState, "map">, shards: number): number[] =>
  Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => partOfSlot(map, slot) !== slot % shards);

const asPartsMove = ({ map }: SplitState, { id, from, to, slots }: MoveUnderWay): PartsMove => ({
  id,
  from,
  to,
  slots,
  map: movedTo(map, slots, to),
});
