/** Every consequence of a split's event for what its coordinator knows. */
import { movedTo } from "../../src/domain/parts-map.ts";
import type { SplitEvent } from "./events.ts";
import { BATCH_FIRST, BATCH_MAX, BRISK_MS } from "./limits.ts";
import type { MoveUnderWay, SplitPlan, SplitState } from "./state.ts";

export function apply(state: SplitState, event: SplitEvent): SplitState {
  const { plan } = state;
  switch (event.kind) {
    case "split-asked":
      return asked(state, event);
    case "split-settings-changed":
      return { ...state, settings: event.n };
    case "split-settings-passed-on":
      return { ...state, passedOn: event.n };
    case "split-numbered":
      return { ...state, numbered: event.n };
    default:
      return plan === undefined ? state : ofPlan(state, plan, event);
  }
}

type OfPlan = Exclude<
  SplitEvent,
  { kind: "split-asked" | "split-settings-changed" | "split-settings-passed-on" | "split-numbered" }
>;
type OfMove = Extract<OfPlan, { move: number }>;

function ofPlan(state: SplitState, plan: SplitPlan, event: OfPlan): SplitState {
  switch (event.kind) {
    case "split-prepared": {
      const { parts, n } = event;
      return { ...state, parts, passedOn: Math.max(n, state.passedOn), plan: { ...plan, phase: "fenced" } };
    }
    case "split-moved-all":
      return settling(state, plan);
    case "split-given-up":
      return settling(state, { ...plan, reason: event.reason });
    case "split-ended": {
      const phase = plan.reason === undefined ? "done" : "aborted";
      return { ...state, parts: event.parts, plan: { ...plan, phase, endedAt: event.at } };
    }
    default:
      return ofMove(state, plan, event);
  }
}

function ofMove(state: SplitState, plan: SplitPlan, event: OfMove): SplitState {
  if (event.kind === "split-move-began") {
    const { move: id, from, to, slots, at } = event;
    const move = { id, from, to, slots, at, step: "copy", pages: 0, symbols: 0 } as const;
    return { ...state, moves: id, move, plan: { ...plan, phase: "copying" } };
  }
  const { move, ...rest } = state;
  if (move === undefined) return state;
  switch (event.kind) {
    case "split-move-cut": {
      const { pages, symbols } = event;
      return { ...rest, move: { ...move, step: "cut", pages, symbols }, plan: { ...plan, phase: "cutting" } };
    }
    case "split-move-done":
      return { ...rest, map: movedTo(rest.map, move.slots, move.to), plan: withMoved(plan, move, event) };
    case "split-move-given-up": {
      const reason = event.ends ? { reason: event.reason } : {};
      return { ...rest, move: { ...move, step: "undo" }, plan: { ...plan, ...reason } };
    }
    case "split-move-undone":
      return plan.reason === undefined
        ? { ...rest, plan: withUndone(plan) }
        : settling(rest, withUndone(plan));
  }
}

const settling = (state: SplitState, plan: SplitPlan): SplitState => ({
  ...state,
  plan: { ...plan, phase: "settling" },
});

function asked(state: SplitState, event: SplitEvent & { kind: "split-asked" }): SplitState {
  const { id, from, to, slots, by, at } = event;
  const plan: SplitPlan = {
    id,
    from,
    to,
    by,
    startedAt: at,
    phase: "preparing",
    slots: { moved: 0, of: slots },
    symbols: 0,
    fencedMs: 0,
    batch: BATCH_FIRST,
    undone: 0,
    tries: 0,
  };
  return { ...state, splits: state.splits + 1, plan };
}

function withMoved(plan: SplitPlan, move: MoveUnderWay, { fencedMs }: { fencedMs: number }): SplitPlan {
  return {
    ...plan,
    phase: "fenced",
    batch: fencedMs < BRISK_MS ? Math.min(BATCH_MAX, plan.batch * 2) : plan.batch,
    tries: 0,
    slots: { ...plan.slots, moved: plan.slots.moved + move.slots.length },
    symbols: plan.symbols + move.symbols,
    fencedMs: Math.max(plan.fencedMs, fencedMs),
  };
}

function withUndone(plan: SplitPlan): SplitPlan {
  const { batch } = plan;
  return {
    ...plan,
    phase: "fenced",
    batch: Math.max(1, Math.floor(batch / 2)),
    undone: plan.undone + 1,
    tries: batch === 1 ? plan.tries + 1 : 0,
  };
}
