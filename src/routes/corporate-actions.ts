/** Corporate actions of a symbol: recorded, listed with their factors, revoked. */
import { answer } from "../../actors/runtime/reply.ts";
import type { DayRange } from "../../actors/symbol/messages.ts";
import { listActions, postAction, revokeAction } from "../contracts/corporate-actions.ts";
import { closeRangeOf, entryOf, publicAction } from "../http/actions/factored.ts";
import { onSymbol } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { listPage, type PageRange } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";
import { dayFoldsOf } from "./day-folds.ts";

export function corporateActionRoutes(mount: Mount): void {
  mount.on(postAction, (c, { params: { symbol }, text }) =>
    onSymbol(c, symbol, (actor, envelope) =>
      sinceDeploy("recordAction", () => actor.recordAction(envelope, text)),
    ),
  );
  mount.on(revokeAction, (c, { params: { symbol, id } }) =>
    onSymbol(c, symbol, (actor, envelope) =>
      sinceDeploy("revokeAction", () => actor.revokeAction(envelope, id)),
    ),
  );
  mount.on(listActions, (c, { params: { symbol }, query }) =>
    listPage(c, query, (range) => factoredPage(c, symbol, range)),
  );
}

/** The closes of all actions of the page are read at once; where they cannot be, the record is shown without those factors. */
async function factoredPage(c: Call, symbol: string, range: PageRange) {
  const page = await onSymbol(c, symbol, (actor, envelope) =>
    sinceDeploy("actions", () => actor.actions(envelope, range)),
  );
  if (!page.ok) return page;
  const entries = page.value.items.map(entryOf);
  const now = c.env.edge.clock.now();
  const ranges = entries.map((entry) => closeRangeOf(entry, now));
  const folds = await dayFoldsOf(
    c,
    symbol,
    ranges.filter((wanted) => wanted !== undefined),
  );
  if (!folds.ok && folds.code !== "history-unavailable") return folds;
  const days = folds.ok ? [...folds.value] : undefined;
  const daysOf = (wanted: DayRange | undefined) => {
    if (wanted === undefined) return undefined;
    return days === undefined ? "history-unavailable" : days.shift();
  };
  const { tenant } = c.env.envelope.principal;
  const items = entries.map((entry, index) =>
    JSON.stringify(publicAction(entry, daysOf(ranges[index]), tenant)),
  );
  return answer({ ...page.value, items });
}
