/** Numbers of firms and desks, each with its reason. */

/** Versions of limits that can be read: a year of weekly changes. All of them are facts in Postgres. */
export const LIMIT_VERSIONS_MAX = 100;
/** An ask or a call that has no answer by then is given up: its repeat still comes before a child's silence is too long. */
export const CALL_MS = 1_000;
/** A child waits half a second in all for an order: so long a desk asks its own parent first, and then answers by what it has. */
export const ASK_FIRST_MS = 400;
/** A parent that has just failed is not waited for again at once: its children are answered by what there is. */
export const PARENT_RETRY_MS = 250;
/** Children called at the same time: a thousand are through in the time of some dozen calls. */
export const CALLS_MAX = 64;
/** The same child is not called again before: its ask takes a few milliseconds, and says all there is. */
export const CALL_AGAIN_MS = 20;
/** First wait before children are called again that have not taken a book over; it doubles. */
export const TELL_RETRY_MS = 100;
/** The longest such wait. */
export const TELL_RETRY_MS_MAX = 1_000;
/** Rounds in which a child is called that has not asked lately: it may sleep, and is told all the same. */
export const TELL_SILENT_ROUNDS = 3;
/** When somebody looks whether a book has been told, should the telling have died with its object. */
export const TELL_WATCH_MS = 2_000;
/** How long a changed state waits to say whom it has reached; the rest hears of it all the same. */
export const REACHED_MS = 2_000;
/** What the parent had none of is not asked for again for each child that needs it: long enough for a round of asking, too short to be noticed. */
export const DRY_MS = 100;
/** What the parent before keeps for a desk that has moved is room that nobody uses: it may wait. */
export const LEAVING_RETRY_MS = 5_000;
/** A desk that moves has its children give back what they do not use: a call, its ask and one more ask of each, several times over. */
export const GIVE_BACK_MS = 1_500;
/** How often it looks whether they have. */
export const GIVE_BACK_LOOK_MS = 25;
