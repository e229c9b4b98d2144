/** How a collection declares the size that it never passes, and what happens there. */

export type Bound = {
  /** `table:<name>` for an object's own table, `state:<field>` for a field of the actor's state, `memory:<name>` for the rest. */
  readonly collection: `${"table" | "state" | "memory"}:${string}`;
  readonly max: number;
  readonly unit: "rows" | "entries" | "bytes";
  /** One sentence: what a caller sees at max + 1. A test drives the collection there and asserts it. */
  readonly atBound: string;
};
