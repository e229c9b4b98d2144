/** Which symbols move, and of which symbol something is that stands under a key. */
import { slotOf } from "../../src/domain/parts-map.ts";

export type Moving = (symbol: string) => boolean;

export const movingIn = (slots: readonly number[]): Moving => {
  const known = new Set(slots);
  return (symbol) => known.has(slotOf(symbol));
};

/** `symbol/strategy`. */
export const symbolOfLine = (line: string): string => line.slice(0, line.lastIndexOf("/"));

const OF_SYMBOL = "symbol:";
/** `symbol:X|1000`, behind what is counted by it. */
const RATE_OF_SYMBOL = /(?:^|\s)symbol:(.+)\|\d+$/;

/** Undefined of what is counted over more than one. */
export const symbolOfDay = (member: string): string | undefined =>
  member.startsWith(OF_SYMBOL) ? member.slice(OF_SYMBOL.length) : undefined;
export const symbolOfRate = (key: string): string | undefined => RATE_OF_SYMBOL.exec(key)?.[1];
export const symbolOfContent = (content: string): string => content.slice(0, content.indexOf("|"));
