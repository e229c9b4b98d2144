/** The ticks of one request, sorted by symbol. What has no symbol to go to is rejected here. */
import type { TickReport } from "../../actors/symbol/messages.ts";
import { SYMBOLS_PER_REQUEST_MAX } from "../contracts/ticks.ts";
import { isSymbol } from "../domain/ids.ts";
import type { Parsed } from "../http/json.ts";
import { unstorableFaults } from "../http/unstorable.ts";

export type TickRejection = TickReport["rejected"][number];
export type TickGroups = {
  /** By symbol. */
  readonly groups: ReadonlyMap<string, readonly SentTick[]>;
  readonly rejected: TickRejection[];
};
export type SentTick = readonly [index: number, tick: unknown];
/** A tick as it came, and the text that it stood in, alone or with others. */
export type TickItem = { readonly parsed: Parsed; readonly within: string };

export function groupTicks(items: Iterable<TickItem>): TickGroups {
  const groups = new Map<string, SentTick[]>();
  const rejected: TickRejection[] = [];
  let index = 0;
  for (const item of items) {
    const fate = placeOf(item, groups);
    if (typeof fate !== "string") rejected.push({ index, ...fate });
    else if (item.parsed.ok) groupOf(groups, fate).push([index, item.parsed.value]);
    index += 1;
  }
  return { groups, rejected };
}

type Reason = Omit<TickRejection, "index">;
const TOO_MANY: Reason = {
  code: "overloaded",
  detail: `one request reaches at most ${SYMBOLS_PER_REQUEST_MAX} symbols; send this tick again`,
  retryable: true,
};

/** The symbol that the tick goes to, or why it goes nowhere. */
function placeOf({ parsed, within }: TickItem, groups: ReadonlyMap<string, unknown>): string | Reason {
  if (!parsed.ok) return { code: parsed.code, detail: parsed.detail };
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { code: "type", detail: "a tick is an object" };
  const { symbol } = value as { readonly symbol?: unknown };
  if (symbol === undefined) return { code: "required", detail: "symbol: the field is missing" };
  if (typeof symbol !== "string") return { code: "type", detail: "symbol: expected string" };
  if (!isSymbol(symbol)) return { code: "symbol-format", detail: "symbol: a symbol is VENUE:TICKER" };
  // Passed on as JSON these would turn into null.
  if (Object.values(value).some((field) => field === Infinity || field === -Infinity)) {
    return { code: "number-not-finite", detail: "not a finite number" };
  }
  if (unstorableFaults(within, value).length > 0)
    return { code: "text", detail: "the text holds a character that cannot be kept" };
  return groups.has(symbol) || groups.size < SYMBOLS_PER_REQUEST_MAX ? symbol : TOO_MANY;
}

function groupOf(groups: Map<string, SentTick[]>, symbol: string): SentTick[] {
  const present = groups.get(symbol);
  if (present !== undefined) return present;
  const group: SentTick[] = [];
  groups.set(symbol, group);
  return group;
}
