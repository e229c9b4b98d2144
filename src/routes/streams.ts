/** WebSockets: each to the one actor that it is about. */
import {
  streamAccount,
  streamLabels,
  streamMany,
  streamStrategy,
  streamSymbol,
} from "../contracts/stream-endpoints.ts";
import type { Mount } from "../http/mount.ts";
import {
  socketToAccount,
  socketToGateway,
  socketToLabels,
  socketToStrategy,
  socketToSymbol,
} from "../http/sockets.ts";

export function streamRoutes(mount: Mount): void {
  mount.on(streamMany, (c, { query: { session } }) => socketToGateway(c, session));
  mount.on(streamSymbol, (c, { params: { symbol } }) => socketToSymbol(c, symbol));
  mount.on(streamAccount, (c, { params: { account } }) => socketToAccount(c, account));
  mount.on(streamStrategy, (c, { params: { strategy } }) => socketToStrategy(c, strategy));
  // Stands before the labels by id, which this path could be one of.
  mount.on(streamLabels, (c) => socketToLabels(c));
}
