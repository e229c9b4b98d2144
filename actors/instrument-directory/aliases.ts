/** What brokers call instruments: each token of a broker means one of them. */
import type { Instrument } from "../../src/domain/instrument.ts";
import type { Fault } from "./instrument-faults.ts";

/** The symbol that each alias means so far. */
export type AliasOwners = ReadonlyMap<string, string>;

type Aliased = { readonly aliases?: Readonly<Record<string, string>> | undefined };

/** `broker:token` of each; a broker's name has no colon. */
export const aliasesOf = ({ aliases = {} }: Aliased): readonly string[] =>
  Object.entries(aliases).map(([broker, token]) => `${broker}:${token}`);

/** Aliases that two instruments would have after this put. An instrument may take what another one of the same put gives up. */
export function takenAliases(stored: readonly Instrument[], owners: AliasOwners): readonly Fault[] {
  const put = new Set<string>(stored.map(({ symbol }) => symbol));
  const named = new Map<string, string>();
  return stored.flatMap((instrument, index) =>
    aliasesOf(instrument).flatMap((alias): Fault[] => {
      const owner = owners.get(alias);
      const other = named.get(alias) ?? (owner === undefined || put.has(owner) ? undefined : owner);
      named.set(alias, instrument.symbol);
      if (other === undefined) return [];
      const path = `aliases.${alias.slice(0, alias.indexOf(":"))}`;
      const detail = `${alias} is an alias of ${other}`;
      return [{ path: stored.length === 1 ? path : `${index}.${path}`, code: "alias-taken", detail }];
    }),
  );
}
