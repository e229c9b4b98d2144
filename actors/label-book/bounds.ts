/** How large each collection of a label book may grow, and what happens there. */
import type { Bound } from "../runtime/bounds.ts";
import { IDEMPOTENCY_KEYS_MAX } from "../runtime/idempotency.ts";
import { OUTBOX_FACTS_MAX } from "../runtime/outbox.ts";
import { GONE_MAX, LABELS_MAX, VERSIONS_MAX, VERSIONS_SLACK } from "./limits.ts";

export const BOUNDS: readonly Bound[] = [
  {
    collection: "table:label",
    max: LABELS_MAX,
    unit: "rows",
    atBound: "A further label is refused `too-many`.",
  },
  {
    collection: "table:label_gone",
    max: GONE_MAX,
    unit: "rows",
    atBound:
      "The id that was deleted first is forgotten: it may be taken again, and its versions then go on above every forgotten one.",
  },
  {
    collection: "table:label_version",
    // While Postgres is away those that it lacks stay, and the outbox's bound stops the growth.
    max: VERSIONS_MAX + VERSIONS_SLACK + OUTBOX_FACTS_MAX,
    unit: "rows",
    atBound: "The oldest leave once Postgres has them; a history that reaches further back is read there.",
  },
  { collection: "table:label_count", max: 1, unit: "rows", atBound: "One row by its key." },
  {
    collection: "table:idempotency",
    max: IDEMPOTENCY_KEYS_MAX,
    unit: "rows",
    atBound:
      "The oldest are forgotten: their Idempotency-Key would make a further label, their id is refused as taken.",
  },
];
