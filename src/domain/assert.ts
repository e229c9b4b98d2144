/** A broken promise of our own code, never of a caller's input: the actor that meets one stops rather than goes on wrong. */
export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
}

export function assert(condition: boolean, promise: string): asserts condition {
  if (!condition) throw new AssertionFailed(promise);
}

/** Marks a branch that the types rule out. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`unreachable: ${JSON.stringify(value)}`);
}
