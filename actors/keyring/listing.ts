/** Keys as the public API shows them. */
import { type Caller, mayActFor } from "./caller.ts";
import { prefixOf } from "./events.ts";
import type { KeyPage, KeyReply } from "./messages.ts";
import type { KeyRecord, KeyringState } from "./state.ts";

/** In order of id, those after `after`. What another tenant has is not even counted. */
export function keysVisible(
  state: KeyringState,
  caller: Caller,
  { limit, after = "" }: { limit: number; after?: string },
): KeyPage {
  const visible = [...state.keys.values()]
    .filter((key) => mayActFor(caller, key.tenant))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const following = visible.filter((key) => key.id > after);
  const page = following.slice(0, limit);
  const last = page.at(-1);
  const items = page.map((key) => JSON.stringify(publicKey(key)));
  return {
    items,
    total: visible.length,
    ...(following.length > page.length && last !== undefined ? { next: last.id } : {}),
  };
}

export function publicKey({ digest: _, scopes, ...shown }: KeyRecord): KeyReply {
  return { ...shown, prefix: prefixOf(shown.id), scopes: [...scopes] };
}
