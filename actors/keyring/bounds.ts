import type { Bound } from "../runtime/bounds.ts";

/** All tenants together: about 3 MB in memory, and as many as an edge isolate remembers. */
export const KEYS_MAX = 10_000;
/** So that no tenant takes the room of the others. */
export const KEYS_PER_TENANT_MAX = 1_000;
/** Tickets live for a minute: this is 166 new WebSockets a second. */
export const TICKETS_MAX = 10_000;
/** So that no tenant keeps the others from connecting. */
export const TICKETS_PER_TENANT_MAX = 2_000;
/** Keys are made by people; a repeat comes within minutes. */
export const REMEMBERED_CREATIONS_MAX = 10_000;

const KEYS_AT_BOUND =
  "Expired keys leave; where none has expired, making a key is refused `too-many`. The same holds for a tenant at 1,000.";
const TICKETS_AT_BOUND =
  "Expired tickets leave; where none has, a ticket is refused `too-many`. The same holds for a tenant at 2,000.";

const CREATIONS_AT_BOUND = "The oldest are forgotten: their Idempotency-Key would make a further key.";

export const BOUNDS: readonly Bound[] = [
  { collection: "table:api_key", max: KEYS_MAX, unit: "rows", atBound: KEYS_AT_BOUND },
  { collection: "state:keys", max: KEYS_MAX, unit: "entries", atBound: KEYS_AT_BOUND },
  { collection: "table:ticket", max: TICKETS_MAX, unit: "rows", atBound: TICKETS_AT_BOUND },
  { collection: "state:tickets", max: TICKETS_MAX, unit: "entries", atBound: TICKETS_AT_BOUND },
  {
    collection: "table:idempotency",
    max: REMEMBERED_CREATIONS_MAX,
    unit: "rows",
    atBound: CREATIONS_AT_BOUND,
  },
];
