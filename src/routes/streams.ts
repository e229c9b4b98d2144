/** WebSockets: each to the one actor that it is about. */
import { streamAccount, streamStrategy, streamSymbol } from "../contracts/stream-endpoints.ts";
import type { Mount } from "../http/mount.ts";
import { socketToAccount, socketToStrategy, socketToSymbol } from "../http/sockets.ts";

export function streamRoutes(mount: Mount): void {
  mount.on(streamSymbol, (c, { params: { symbol } }) => socketToSymbol(c, symbol));
  mount.on(streamAccount, (c, { params: { account } }) => socketToAccount(c, account));
  mount.on(streamStrategy, (c, { params: { strategy } }) => socketToStrategy(c, strategy));
}
