/** Patterns of topics: every stored width of a symbol's bars, or one width of every symbol, or of every symbol of a venue. */
import { CONTRACT_RESOLUTIONS, RESOLUTIONS } from "../../src/domain/bar.ts";
import { isSymbol } from "../../src/domain/ids.ts";
import type { TopicRefusal } from "../runtime/streams/topic.ts";

export type Pattern =
  | { readonly kind: "widths"; readonly symbol: string }
  /** Without a venue of all. */
  | { readonly kind: "symbols"; readonly resolution: string; readonly venue: string | undefined };

const VENUE_PATTERN = /^([A-Z0-9]{1,12}):\*$/;

export const isPattern = (topic: string): boolean => topic.includes("*");

const UNSUPPORTED: TopicRefusal = {
  code: "wildcard-unsupported",
  detail: "a wildcard stands in bars.*.<symbol>, bars.<width>.* and bars.<width>.<venue>:* alone",
};

export function patternOf(topic: string): Pattern | TopicRefusal {
  const [kind, width = "", ...rest] = topic.split(".");
  const which = rest.join(".");
  if (kind !== "bars") return UNSUPPORTED;
  if (width === "*") return isSymbol(which) ? { kind: "widths", symbol: which } : UNSUPPORTED;
  if (!CONTRACT_RESOLUTIONS.some((known) => known === width)) return UNSUPPORTED;
  if (which === "*") return { kind: "symbols", resolution: width, venue: undefined };
  const venue = VENUE_PATTERN.exec(which)?.[1];
  return venue === undefined ? UNSUPPORTED : { kind: "symbols", resolution: width, venue };
}

export const topicsOfWidths = (symbol: string): readonly string[] =>
  RESOLUTIONS.map((width) => `bars.${width}.${symbol}`);

export const topicsOfSymbols = (resolution: string, symbols: readonly string[]): readonly string[] =>
  symbols.map((symbol) => `bars.${resolution}.${symbol}`);

/** Whether a topic is one of those that the pattern stands for. */
export function covers(pattern: Pattern, topic: string): boolean {
  const [kind, width = "", ...rest] = topic.split(".");
  if (kind !== "bars") return false;
  const symbol = rest.join(".");
  if (pattern.kind === "widths") return symbol === pattern.symbol;
  if (width !== pattern.resolution) return false;
  return pattern.venue === undefined || symbol.startsWith(`${pattern.venue}:`);
}
