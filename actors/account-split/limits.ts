/** How a split paces itself. */

/** Half a second less than what a client may see of a fence: what is left is for the cut, two calls of some milliseconds. */
export const COPY_MS_MAX = 800;
/** Slots that move at once in the beginning: a sixteenth of the account. */
export const BATCH_FIRST = 4;
/** A quarter: with more, too much stands still at once. */
export const BATCH_MAX = 16;
/** Shorter fences than this one let more slots move at once. */
export const BRISK_MS = 100;
/** Of one slot alone: after as many that could not be copied in time the account stays as it is by then. */
export const TRIES_MAX = 5;
/** A call of a part that has not answered by then has failed: it is asked again. */
export const CALL_MS = 5_000;
/** First wait after a call that failed; doubles. A fence may stand meanwhile. */
export const RETRY_MS = 50;
/** A part that loads or is killed is back in less. */
export const RETRY_MS_MAX = 1_000;
/** When to look whether a split that runs still does: after a kill its fences stand that long. */
export const WATCH_MS = 1_000;
/** How long a change of limits or of a state is waited for until every part has it; it goes on afterwards. */
export const PASS_ON_MS = 5_000;
/** How often that is looked at: what is passed on takes some calls of a few milliseconds. */
export const IN_FORCE_LOOK_MS = 5;
/** Between a move that was given up and the next: what waited meanwhile comes through, so that no symbol stands still twice in a row. */
export const UNDONE_PAUSE_MS = 500;
/** A split that cannot even begin, since a part or the node of its quotas is away, has failed by then. */
export const PREPARE_MS_MAX = 60_000;
/** Of telling a part a state directly: longer than a cut takes. Whoever has not heard by then hears it with the settings. */
export const STATE_TRIES_MAX = 6;
/** Whoever looks how a split stands does not wait longer for which of its parts are fenced. */
export const FENCED_LOOK_MS = 500;
