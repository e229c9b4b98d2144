/** The numbers of a symbol that its rules need; `bounds.ts` says what happens at them. */
import { HORIZON_MS } from "../../src/domain/lateness.ts";
import type { KeyBounds } from "./ticks/taken-keys.ts";

/** Two days of minutes around the clock: what a chart opens with; of each wider bar as many, so a day's chart goes back eight years. */
export const BARS_KEPT = 3_000;
/** Trimming waits for so many closed bars, so that one delete pays for many. */
export const TRIM_SLACK = 64;

/**
 * Of the longest trading day, of the late horizon behind it and of the clock's lead, with the two that the window's ends cut. A session
 * opens less than 24 hours before its date, and the date may have 26 hours: two are given back at once in Antarctica.
 */
export const MINUTES_MAX = 50 * 60 + 15 + 1 + 2;
/** Days before those minutes that the month began with: all of it but today. The week may reach back further, in a month's first days only. */
export const DAYS_MAX = 31;
/**
 * Closed roll-ups of the minutes in memory: of all wider widths together there are fewer than minutes. Stretches of a minute cut each of the
 * 9 widths into 13 more a day, with the 6 that a session's 64 characters can name; as many again where trading hours were changed.
 */
export const REVISIONS_MAX = 2 * (MINUTES_MAX + 3 * 9 * 13);

/** The contract's window, and beyond it whatever is younger than the horizon, up to 550 trades a second for all of its 15 minutes. */
export const TRADE_KEYS: KeyBounds = { kept: 100_000, max: 500_000 };
/** A repeated quote does no harm, so no horizon holds it. */
export const QUOTE_KEYS: KeyBounds = { kept: 100_000, max: 100_000 };

/** Feeds of one symbol that tell volumes of the day; more of them are a source that gives itself a new name each time. */
export const DAY_VOLUME_SOURCES_MAX = 16;

/** Late trades and corrections that wait for the close of their day: a feed that was away for an hour and delivers it afterwards. */
export const LATE_PENDING_MAX = 10_000;

/** Facts of late ticks that can be read here, each of at most LATE_PER_FACT_MAX ticks. */
export const LATE_FACTS_KEPT = 200;
/** About 80 KB of text. */
export const LATE_PER_FACT_MAX = 500;

/** Changes of the last price that wait while the hub does not answer. */
export const WAITING_CHANGES_MAX = 1_000;

/** What a list of trades opens with: a screen of them. */
export const TRADES_SHOWN = 50;
/** Of one turn, to subscribers of trades; about 300 KB of text. Who replays a tape gets the newest in their place. */
export const TRADES_PER_TURN_MAX = 4_000;

/** Of one turn, to subscribers of seconds: more of them are a tape, and they get the newest in their place. */
export const SECONDS_PER_TURN_MAX = 1_000;

/** Months of a feed that is cut several times a day. */
export const GAPS_KEPT = 1_000;
/** A symbol that hardly trades may not push what its feed has told out of the ledger. */
export const SILENCES_KEPT = 200;
/** As long as the horizon: what comes after it could not even revise the bars before it. Symbols that hardly trade are quiet for minutes. */
export const SILENCE_MS = HORIZON_MS;
/** Bars of one fact that says whether they are partial; about 20 KB of text. */
export const FLAGS_PER_FACT_MAX = 1_000;
