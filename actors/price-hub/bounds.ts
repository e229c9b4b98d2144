/** How large a hub's collections may grow, and what happens there. */
import type { Bound } from "../runtime/bounds.ts";
import type { LaneBounds } from "../runtime/mailbox.ts";
import { CHANGES_MAX, KEPT_SUBSCRIBERS_MAX, SUBSCRIBERS_MAX, SUBSCRIPTIONS_MAX } from "./limits.ts";

const REFUSED = "A further one is refused `too-many`; what stands keeps being served.";

export const BOUNDS: readonly Bound[] = [
  { collection: "table:subscription", max: SUBSCRIPTIONS_MAX, unit: "rows", atBound: REFUSED },
  { collection: "state:subscribers", max: SUBSCRIBERS_MAX, unit: "entries", atBound: REFUSED },
  {
    collection: "state:followers",
    max: SUBSCRIPTIONS_MAX,
    unit: "entries",
    atBound: "An entry for a symbol that somebody follows: as the subscriptions.",
  },
  {
    collection: "state:prices",
    max: SUBSCRIPTIONS_MAX,
    unit: "entries",
    atBound: "Only followed symbols are kept: as the subscriptions.",
  },
  {
    collection: "memory:changes",
    max: CHANGES_MAX,
    unit: "entries",
    atBound:
      "Of the symbol that comes next no change is kept: its subscribers hear the mark alone, `sampled`.",
  },
  {
    collection: "state:waiting",
    max: SUBSCRIBERS_MAX,
    unit: "entries",
    atBound: "A subscriber waits once, however much there is to tell.",
  },
  {
    collection: "memory:links",
    max: 2 * SUBSCRIBERS_MAX,
    unit: "entries",
    atBound:
      "One for a subscriber that is being told or has failed; who has left while a batch was under way leaves when it ends.",
  },
  {
    collection: "memory:kept",
    max: KEPT_SUBSCRIBERS_MAX,
    unit: "entries",
    atBound: "All leave: with more subscribers each call takes a stub of its own.",
  },
  {
    collection: "memory:asked",
    max: SUBSCRIPTIONS_MAX,
    unit: "entries",
    atBound: "A followed symbol that has not answered: as the subscriptions.",
  },
];

export const LANES = {
  /** After a deploy every shard and strategy subscribes again at once. */
  subscriptions: { depthMax: 2 * SUBSCRIBERS_MAX, unitsMax: 4 * SUBSCRIPTIONS_MAX, growth: false },
} as const satisfies Record<string, LaneBounds>;
