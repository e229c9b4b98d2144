/** How much of a limit is with somebody, and how much of that is used: the used part is full, the rest of what was granted is striped. */
import { widthOf } from "../firm-tree.ts";
import type { QuotaLimit } from "../shapes.ts";

/** Where a desk begins to look: four fifths of a limit. */
const NEAR = 0.8;

/** Empty where it is well within. */
export function levelOf({ used, limit, isOver }: QuotaLimit): "near" | "over" | "" {
  if (isOver) return "over";
  return Number(used) >= NEAR * Number(limit) && Number(limit) > 0 ? "near" : "";
}

type QuotaBarProps = {
  readonly used: string;
  readonly granted: string;
  /** What the whole bar stands for. */
  readonly whole: string;
  readonly level?: ReturnType<typeof levelOf>;
};

export const QuotaBar = ({ used, granted, whole, level = "" }: QuotaBarProps) => (
  <span class={`track quota-bar ${level}`} aria-hidden="true">
    <span class="granted" style={{ width: `${widthOf(granted, whole)}%` }} />
    <span class="fill" style={{ width: `${widthOf(used, whole)}%` }} />
  </span>
);
