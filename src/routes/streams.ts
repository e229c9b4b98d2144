/** WebSockets: each to the one actor that it is about. */
import {
  streamAccount,
  streamGroup,
  streamLabels,
  streamMany,
  streamStrategy,
  streamSymbol,
} from "../contracts/stream-endpoints.ts";
import { groupName, groupRefusal } from "../http/actions/groups.ts";
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
  mount.on(streamGroup, async (c, { params: { group } }) => {
    const opened = await socketToStrategy(c, groupName(group));
    return opened instanceof Response ? opened : groupRefusal(opened);
  });
  // Stands before the labels by id, which this path could be one of.
  mount.on(streamLabels, (c) => socketToLabels(c));
}
