/** Of a parsed query those fields that were given: an RPC takes a field or leaves it out. */
export type Present<Query> = { [Name in keyof Query]?: Exclude<Query[Name], undefined> };

export const present = <Query extends object>(query: Query): Present<Query> =>
  // SAFETY: what was undefined is no longer there.
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Present<Query>;
