/**
 * The one way that state changes. Given a trail, each change leaves its way back on it, so that a trial ends where it began.
 * Records are immutable: the old one is put back, never repaired.
 */
export type Trail = (() => void)[];

/** Sets or, with undefined, removes. */
export function put<Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  value: Value | undefined,
  trail: Trail | undefined,
): void {
  const before = trail === undefined ? undefined : map.get(key);
  place(map, key, value);
  trail?.push(() => place(map, key, before));
}

export function set<Owner, Field extends keyof Owner>(
  owner: Owner,
  field: Field,
  value: Owner[Field],
  trail: Trail | undefined,
): void {
  const before = owner[field];
  owner[field] = value;
  trail?.push(() => {
    owner[field] = before;
  });
}

/** Back to where the trail began. */
export function retrace(trail: Trail): void {
  for (let step = trail.pop(); step !== undefined; step = trail.pop()) step();
}

function place<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
