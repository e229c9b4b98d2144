import type { Bound } from "../runtime/bounds.ts";

/** Each account is an actor of its own; a prime broker's tenant has some thousands. */
export const ACCOUNTS_MAX = 10_000;
/** Ever opened, closed ones included: they stay known, so that their history can be asked for. */
export const STRATEGIES_MAX = 100_000;
/** Closed ones that are listed: years of a desk that opens ten a day. All of them can be read by their id. */
export const CLOSED_LISTED_MAX = 10_000;
/** Sets of limits that a desk keeps by name: one for each kind of account it looks after, at some kilobytes, on disk alone. */
export const TEMPLATES_MAX = 100;
/** Firms and desks: a bank has some hundreds of books. */
export const NODES_MAX = 1_000;
/** Every account and every node tells of itself. */
export const SENDERS_MAX = ACCOUNTS_MAX + NODES_MAX;
/** As the contract allows of one strategy (`STRATEGY_TAGS_MAX`). */
const TAGS_EACH_MAX = 32;
/** A strategy that was announced this long ago and not opened never will be: the call that announced it ended after 10 s. */
export const FORGOTTEN_AFTER_MS = 3_600_000;

export const BOUNDS: readonly Bound[] = [
  {
    collection: "table:account",
    max: ACCOUNTS_MAX,
    unit: "rows",
    atBound: "A further account is refused `too-many`.",
  },
  {
    collection: "table:strategy",
    max: STRATEGIES_MAX,
    unit: "rows",
    atBound:
      "Those that were announced over an hour ago and never opened leave; where there are none, a further strategy is refused `too-many`.",
  },
  {
    collection: "table:strategy_tag",
    max: STRATEGIES_MAX * TAGS_EACH_MAX,
    unit: "rows",
    atBound: "Of listed strategies only: of closed ones the newest 10,000, the oldest leave the list.",
  },
  {
    collection: "table:limit_template",
    max: TEMPLATES_MAX,
    unit: "rows",
    atBound: "A further template is refused `too-many`; present ones can be put and forgotten.",
  },
  {
    collection: "table:node",
    max: NODES_MAX,
    unit: "rows",
    atBound: "A further firm or desk is refused `too-many`; present ones can be put.",
  },
  {
    collection: "table:inbox",
    max: SENDERS_MAX,
    unit: "rows",
    atBound: "A further sender is refused `overloaded`: every account, firm and desk sends at most.",
  },
];
