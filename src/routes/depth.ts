/** A symbol's order book. */
import { getDepth } from "../contracts/depth.ts";
import { onSymbol } from "../http/actors.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function depthRoutes(mount: Mount): void {
  mount.on(getDepth, (c, { params: { symbol }, query: { levels, sweepSizes, sweepNotionals } }) =>
    onSymbol(c, symbol, (actor, envelope) =>
      sinceDeploy("depth", () =>
        actor.depth(envelope, {
          ...(levels === undefined ? {} : { levels }),
          ...(sweepSizes === undefined ? {} : { sweepSizes }),
          ...(sweepNotionals === undefined ? {} : { sweepNotionals }),
        }),
      ),
    ),
  );
}
