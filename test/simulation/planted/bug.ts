/** A bug that is planted in the text of one file when it is loaded: nothing of it is in the product. */
export type PlantedBug = {
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** What is wrong then. */
  readonly says: string;
  /** Where it shows: the load that the simulator puts on. */
  readonly load: "trading" | "escrow" | "split";
};
