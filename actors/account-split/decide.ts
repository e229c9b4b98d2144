/** Every rule of when an account may be split, and of which news of a split still count. */
import { partCount } from "../../src/domain/parts-map.ts";
import type { SplitEvent } from "./events.ts";
import { misplacedSlots } from "./next.ts";
import { runningPlan, type SplitState } from "./state.ts";

export type Asked = { readonly shards: number; readonly by: string; readonly at: number };
export type Decision =
  | { readonly ok: true; readonly events: readonly SplitEvent[] }
  | { readonly ok: false; readonly code: "split-running"; readonly detail: string };

/** The same once more is no second split. */
export function askSplit(state: SplitState, { shards, by, at }: Asked): Decision {
  const running = runningPlan(state);
  if (running !== undefined)
    return running.to === shards && running.reason === undefined
      ? { ok: true, events: [] }
      : {
          ok: false,
          code: "split-running",
          detail: `the account is on its way from ${running.from} to ${running.to} shards`,
        };
  const slots = misplacedSlots(state, shards).length;
  if (slots === 0 && state.plan?.to === shards && state.plan.phase === "done")
    return { ok: true, events: [] };
  const from = partCount(state.map);
  return {
    ok: true,
    events: [{ kind: "split-asked", id: `s${state.splits + 1}`, from, to: shards, slots, by, at }],
  };
}

/** What a step found out, unless the move or the plan that it was about is another one by now. */
export function stillTrue(state: SplitState, events: readonly SplitEvent[]): readonly SplitEvent[] {
  const [first] = events;
  if (first === undefined || !("move" in first)) return events;
  if (first.kind === "split-move-began") return state.move === undefined ? events : [];
  return state.move?.id === first.move ? events : [];
}

export function changeSettings(state: SplitState, at: number): readonly SplitEvent[] {
  return [{ kind: "split-settings-changed", n: state.settings + 1, at }];
}
