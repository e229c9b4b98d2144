/** How easily a symbol trades. */
import { getLiquidity } from "../contracts/liquidity.ts";
import { onSymbol } from "../http/actors.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function liquidityRoutes(mount: Mount): void {
  mount.on(getLiquidity, (c, { params: { symbol } }) =>
    onSymbol(c, symbol, (actor, envelope) => sinceDeploy("liquidity", () => actor.liquidity(envelope))),
  );
}
