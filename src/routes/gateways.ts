/** The gateways of `/v1/stream`: their load, one more, one less. */
import { addGateway, type DrainBody, drainGateway, listGateways } from "../contracts/gateways.ts";
import { onGateway, onGateways } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";

/** Long enough to finish what is under way. */
const DRAIN_MS_DEFAULT = 5_000;

export function gatewayRoutes(mount: Mount): void {
  mount.on(listGateways, (c, { query }) =>
    listPage(c, query, (range) => onGateways(c, (gateways, envelope) => gateways.list(envelope, range))),
  );
  mount.on(addGateway, (c) => onGateways(c, (gateways, envelope) => gateways.add(envelope)));
  mount.on(drainGateway, (c, { params: { gateway }, body }) => drain(c, gateway, body));
}

/** The directory first: who is closed must not be sent back there. */
async function drain(c: Call, gateway: string, { inMs = DRAIN_MS_DEFAULT, keep = false }: DrainBody) {
  const known = await onGateways(c, (gateways, envelope) => gateways.drain(envelope, gateway, keep));
  if (!known.ok) return known;
  const told = await onGateway(c, gateway, (one, envelope) => one.drain(envelope, { inMs, keep }));
  return told.ok ? known : told;
}
