/** Numbers of escrow, each with its reason. */

/** Accounts and desks right below one node: as many as one object asks and writes within a second. */
export const CHILDREN_MAX = 1_000;
/** Budgets that one child holds, of all nodes above it: two dozen limits of each of the deepest chain's four nodes, halves counted. */
export const BUDGETS_MAX = 64;
/** A budget whose limit was taken away stays until the children have given it back: as many again. */
export const BUDGETS_KEPT_MAX = 2 * BUDGETS_MAX;
/** Nodes above an account: a firm and three desks. */
export const DEPTH_MAX = 4;
/** Incarnations before the one in force: what an object that died had sent may come after its successor was heard. */
export const RETIRED_MAX = 4;
/** A need that is not asked for again within that is not waited for any more: an order waits for half a second. */
export const NEED_MS = 1_000;
/** In use, a child asks again when what it goes by is that old: a lost ask and its repeat still come before the silence is too long. */
export const REFRESH_MS = 2_500;
/** A desk asks more often, since its children's silence counts from there. */
export const NODE_REFRESH_MS = 1_000;
/** Between two asks for more that nobody waits for; it doubles, up to the refresh, while they bring nothing. */
export const TOP_UP_MS = 250;
/** Between two asks for what is short: others have been called for it, and a call and its answer take a few milliseconds. */
export const AGAIN_MS = 20;
/** What others have left a child and it has not taken over yet: twice the parts of an account. It takes all of it over with one answer. */
export const INHERITANCES_MAX = 16;
/** Numbers of asks that one load may take: a billion loads on end still count exactly. */
export const ASKS_PER_LOAD = 1_000_000;
