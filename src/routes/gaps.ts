/** What a symbol's feed has not delivered. */
import { listGaps } from "../contracts/gaps.ts";
import { onSymbol } from "../http/actors.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function gapRoutes(mount: Mount): void {
  mount.on(listGaps, (c, { params: { symbol }, query: { from, to, ...page } }) =>
    listPage(c, page, (range) =>
      onSymbol(c, symbol, (actor, envelope) =>
        sinceDeploy("gaps", () =>
          actor.gaps(envelope, {
            ...range,
            ...(from === undefined ? {} : { from }),
            ...(to === undefined ? {} : { to }),
          }),
        ),
      ),
    ),
  );
}
