/** API keys and one-use tickets. */
import { createKey, listKeys, revokeKey } from "../contracts/keys.ts";
import { createTicket } from "../contracts/tickets.ts";
import { onKeyring } from "../http/actors.ts";
import { answerPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { answer, answerEmpty, refuse } from "../http/reply.ts";

export function keyRoutes(mount: Mount): void {
  mount.on(createKey, (c, { text }) =>
    answer(
      c,
      onKeyring(c, (keyring, envelope) => keyring.create(envelope, text)),
      201,
    ),
  );
  mount.on(listKeys, (c, { query }) =>
    answerPage(c, query, (range) => onKeyring(c, (keyring, envelope) => keyring.list(envelope, range))),
  );
  mount.on(revokeKey, (c, { params }) =>
    answerEmpty(
      c,
      onKeyring(c, (keyring, envelope) => keyring.revoke(envelope, params.id)),
    ),
  );
  mount.on(createTicket, (c) => {
    const { credential } = c.var;
    if (credential === undefined) return refuse(c, { code: "unauthenticated" });
    return answer(
      c,
      onKeyring(c, (keyring, envelope) => keyring.ticket(envelope, credential)),
      201,
    );
  });
}
