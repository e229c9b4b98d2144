/** API keys and one-use tickets. */
import { refusal } from "../../actors/runtime/reply.ts";
import { createKey, listKeys, revokeKey } from "../contracts/keys.ts";
import { createTicket } from "../contracts/tickets.ts";
import { onKeyring } from "../http/actors.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";

export function keyRoutes(mount: Mount): void {
  mount.on(createKey, (c, { text }) => onKeyring(c, (keyring, envelope) => keyring.create(envelope, text)));
  mount.on(listKeys, (c, { query }) =>
    listPage(c, query, (range) => onKeyring(c, (keyring, envelope) => keyring.list(envelope, range))),
  );
  mount.on(revokeKey, (c, { params: { id } }) =>
    onKeyring(c, (keyring, envelope) => keyring.revoke(envelope, id)),
  );
  mount.on(createTicket, (c) => {
    const { credential } = c.env;
    if (credential === undefined) return refusal("unauthenticated");
    return onKeyring(c, (keyring, envelope) => keyring.ticket(envelope, credential));
  });
}
