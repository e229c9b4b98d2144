/** Every consequence of a keyring's event. */
import type { KeyringEvent } from "./events.ts";
import type { KeyringState } from "./state.ts";

export function apply(state: KeyringState, event: KeyringEvent): void {
  switch (event.kind) {
    case "key-created":
      state.keys.set(event.key.id, event.key);
      return;
    case "key-revoked":
    case "key-forgotten":
      state.keys.delete(event.id);
      return;
    case "ticket-issued":
      state.tickets.set(event.ticket.digest, event.ticket);
      return;
    case "ticket-gone":
      state.tickets.delete(event.digest);
      return;
  }
}
