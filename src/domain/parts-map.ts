/** Which part of a split account a symbol is in: by its slot, of which there are 64. Part 0 is the account's own object. */
import { stableHash } from "./hash.ts";
import type { Symbol } from "./ids.ts";

/** What is moved at once is a few of them; eight parts have eight each. Never change it: symbols are placed by it. */
export const SLOTS = 64;
/** One digit says the part; and 64 slots in more parts would be uneven. */
export const PARTS_MAX = 8;

export type PartsMap = {
  /** Rises with every change. 0 where nothing was ever split. */
  readonly version: number;
  /** By slot, a digit: the part that it is in. */
  readonly slots: string;
};

export const UNSPLIT: PartsMap = { version: 0, slots: "0".repeat(SLOTS) };

export const slotOf = (symbol: Symbol | string): number => stableHash(symbol) % SLOTS;

export const partOfSlot = (map: PartsMap, slot: number): number => map.slots.charCodeAt(slot) - 48;

export const partOf = (map: PartsMap, symbol: Symbol | string): number => partOfSlot(map, slotOf(symbol));

/** One more than the highest that a slot is in. */
export const partCount = (map: PartsMap): number =>
  1 + [...map.slots].reduce((highest, digit) => Math.max(highest, Number(digit)), 0);

export const isSplit = (map: PartsMap): boolean => map.slots !== UNSPLIT.slots;

/** The same with some slots in another part, as the next version. */
export const movedTo = (map: PartsMap, slots: readonly number[], to: number): PartsMap => ({
  version: map.version + 1,
  slots: [...map.slots].map((digit, slot) => (slots.includes(slot) ? String(to) : digit)).join(""),
});

/** The account that a part is addressed by: no account's id holds a slash. */
export const partAccount = (account: string, part: number): string =>
  part === 0 ? account : `${account}/${part}`;
