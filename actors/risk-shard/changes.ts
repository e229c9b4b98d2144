/**
 * The one way that state changes. Given a trail, each change leaves a step on it, whose first call takes it back and whose next takes it
 * again: a trial ends where it began, and what was tried need not be worked out once more. Records are immutable: the old one is put
 * back, never repaired.
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
  if (trail === undefined) return;
  let isDone = true;
  trail.push(() => {
    isDone = !isDone;
    place(map, key, isDone ? value : before);
  });
}

export function set<Owner, Field extends keyof Owner>(
  owner: Owner,
  field: Field,
  value: Owner[Field],
  trail: Trail | undefined,
): void {
  const before = owner[field];
  owner[field] = value;
  if (trail === undefined) return;
  let isDone = true;
  trail.push(() => {
    isDone = !isDone;
    owner[field] = isDone ? value : before;
  });
}

/** Back to where the trail began. */
export function retrace(trail: Trail): void {
  for (let index = trail.length - 1; index >= 0; index--) trail[index]?.();
}

/** To where it ended, from where it began and nowhere else. */
export function walkAgain(trail: Trail): void {
  for (const step of trail) step();
}

function place<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
