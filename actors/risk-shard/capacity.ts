/** How much a risk shard holds of each thing. `bounds.ts` says what happens there. */

/** Ten full baskets; about 4 MB in memory and a second of work to load. */
export const WORKING_ORDERS_MAX = 10_000;
/** Two hours of a busy desk for late fills and for looking back; all of them are in Postgres. */
export const ENDED_ORDERS_MAX = 10_000;
/** Trimming waits until this many are over, so that a delete pays for many inserts. */
export const ENDED_ORDERS_SLACK_MAX = 500;
/** Symbols times strategies that one account trades; working orders may each open one more. */
export const POSITIONS_MAX = 10_000;
/** Symbols that one account follows: as many as a broad index has, at one price hub subscription each. */
export const SYMBOLS_MAX = 5_000;
/** Open strategies of one account. */
export const STRATEGIES_MAX = 1_000;
/** Legs over all strategies of an account: four times the symbols that it can follow. */
export const LEGS_MAX = 20_000;
/** States that stand beside `active`: one per strategy, and as many again for symbols and sectors. */
export const STATES_MAX = 2_000;
/** Limits that stand tripped for members of their scopes: a limit of each strategy several times over. Beyond it the account only closes. */
export const TRIPS_MAX = 5_000;
/** Members of limits with levels that stand at one. A further one is not told; it trips at `stop` all the same. */
export const LEVELS_MAX = 5_000;
/** Versions of the limit set that can be asked for here; all of them are in Postgres. */
export const LIMIT_VERSIONS_MAX = 100;
/** Overrides that stand and sets that wait: one for each limit of a set, so that a desk can make an exception from all of them. */
export const PENDING_LIMITS_MAX = 100;
/** Sets among them, each as large as a body: some months ahead, and what waits for a second person. */
export const PENDING_SETS_MAX = 16;
/** Limits whose bounds are kept ready, of one set in all its scopes and scales: some hundred bytes each. */
export const APPLIED_LIMITS_MAX = 10_000;
/** Rate limits in one set: each puts its count into every decision's fact, which stays below 1 KB. */
export const RATE_LIMITS_MAX = 16;
/** Windows of price collars in one set: each keeps some 500 bytes for each symbol, so all of them 10 MB at the most. */
export const PERIOD_WINDOWS_MAX = 4;
/** Members of rate limits that were counted lately, at about 1 KB each. */
export const RATE_WINDOWS_MAX = 10_000;
/** Members that limits of the day count: all symbols and strategies of an account, and as many that left it within the day. */
export const DAY_COUNTS_MAX = 10_000;
/** Contents of orders that a duplicate is known by, at some 150 bytes each: three minutes of a hundred orders a second. */
export const ORDER_CONTENTS_MAX = 20_000;
/** A day of a busy account to page through; all of them are in Postgres. */
export const DECISIONS_MAX = 10_000;
/** Some 300 bytes each: a part of a snapshot stays far below what a row of the outbox and a value of the mirror may hold. */
export const SNAPSHOT_PART_POSITIONS_MAX = 1_000;
/** As many as all positions make. */
export const SNAPSHOT_PARTS_MAX = (POSITIONS_MAX + WORKING_ORDERS_MAX) / SNAPSHOT_PART_POSITIONS_MAX;
/** Violations are rare: these reach back for weeks. */
export const VIOLATIONS_MAX = 10_000;
/** Reconciliations that can be read and resolved, each at most some hundred kilobytes: three months of one a day. */
export const RECONCILIATIONS_MAX = 100;
/** Mass-cancels that can be read: a month of one a day, and some bad ones. All of them are in Postgres. */
export const MASS_CANCELS_MAX = 100;
/** Orders of all of them, at some 80 bytes each: ten full books. */
export const MASS_CANCEL_ORDERS_MAX = 10 * WORKING_ORDERS_MAX;
/** Some 150 bytes each: a part stays far below what a row of the outbox and a value of the mirror may hold. */
export const MASS_CANCEL_PART_ORDERS_MAX = 1_000;
/** Connections whose orders go with them: as many as the streams of one object can be (`CONNECTIONS_MAX`). Those that have gone leave as soon as their cancel is asked. */
export const ARMED_MAX = 1_000;
/** Symbols that are being asked for at one time: the platform allows 1,000 calls of one request. More wait for the next order. */
export const MEETINGS_MAX = 500;
/** Order frames that wait for a symbol which is being asked for, a second at the most. The next one is refused `overloaded`. */
export const WAITING_FRAMES_MAX = 1_024;
/** Their text, in UTF-16 units: sixteen of the largest frames, as much as the lane that they wait for. */
export const WAITING_UNITS_MAX = 16 * 1_048_576;
/** Entries of one line's journal: months of a busy line, folded in some ten milliseconds. Older ones are a checkpoint. */
export const LINE_ENTRIES_MAX = 20_000;
/** Entries of all journals, some eighty bytes each on disk. */
export const ENTRIES_MAX = 200_000;
/** Folding waits until so many are over, so that one fold pays for many. */
export const ENTRIES_SLACK = 1_000;
/** A day of a busy account to page through; all of them are in Postgres. */
export const EXECUTIONS_MAX = 10_000;
/** Entries that the busts and corrections of one request may fold: a quarter of a second. What is left over is refused `overloaded`. */
export const REVISED_ENTRIES_MAX = 500_000;
/** Differences that one fact says, at some 150 bytes each: of more there are further facts. */
export const REVISED_PER_FACT_MAX = 500;
/** Currencies that an account has cash in: its own, those that it names, and as many that it named before. */
export const CASH_CURRENCIES_MAX = 32;
/** Corporate actions that were applied: two years of dividends of an index. The oldest leave, and are applied by themselves no more. */
export const APPLIED_ACTIONS_MAX = 10_000;
/** Lines of one page by a method of cost: each may be a journal to fold. */
export const HOLDINGS_PAGE_MAX = 500;
/** Entries that one page folds: some hundred milliseconds. */
export const HOLDINGS_ENTRIES_MAX = 200_000;
