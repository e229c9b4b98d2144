/** A symbol's object is named by the symbol itself. */
import { assert } from "../../src/domain/assert.ts";
import { isSymbol, type Symbol } from "../../src/domain/ids.ts";

/** The symbol of an object's own name. */
export function symbolOf(name: string | undefined): Symbol {
  assert(name !== undefined && isSymbol(name), "a symbol's object is named by its symbol");
  return name;
}

/** The actor as the mirror knows it. */
export const symbolActor = (symbol: Symbol): string => `symbol:${symbol}`;
