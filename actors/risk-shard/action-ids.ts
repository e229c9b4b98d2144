/** Entries of journals that no report brought are called by what did. Ids of reports hold no colon. */
const ACTION = "action:";

export const entryOfAction = (action: string): string => ACTION + action;
export const actionOf = (entry: string): string =>
  entry.startsWith(ACTION) ? entry.slice(ACTION.length) : "";
export const entryOfCash = (movement: string): string => `cash:${movement}`;
