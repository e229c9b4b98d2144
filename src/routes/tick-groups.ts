/** The ticks of one request, sorted by symbol. What has no symbol to go to is rejected here. */
import type { TickReport } from "../../actors/symbol/messages.ts";
import { plainTick } from "../contracts/plain-ticks.ts";
import { SYMBOLS_PER_REQUEST_MAX } from "../contracts/ticks.ts";
import { isSymbol } from "../domain/ids.ts";
import type { Parsed } from "../http/json.ts";
import { unstorableFaultsIn } from "../http/unstorable.ts";
import type { SentTick } from "./tick-hand-over.ts";

export type TickRejection = TickReport["rejected"][number];
export type TickGroups = {
  /** By symbol: the JSON text of its ticks. */
  readonly groups: ReadonlyMap<string, string>;
  readonly rejected: TickRejection[];
};
/** A tick as it came, and whether the text that it stood in, alone or with others, holds an escape. */
export type TickItem = { readonly parsed: Parsed; readonly isEscaped: boolean };

export function groupTicks(items: Iterable<TickItem>): TickGroups {
  const groups = new Map<string, SentTick[]>();
  const rejected: TickRejection[] = [];
  let index = 0;
  for (const item of items) {
    const reason = place(index, item, groups);
    if (reason !== undefined) rejected.push({ index, ...reason });
    index += 1;
  }
  return { groups: new Map([...groups].map(([symbol, ticks]) => [symbol, JSON.stringify(ticks)])), rejected };
}

type Fields = Readonly<Record<string, unknown>>;
type Reason = Omit<TickRejection, "index">;
const TOO_MANY: Reason = {
  code: "overloaded",
  detail: `one request reaches at most ${SYMBOLS_PER_REQUEST_MAX} symbols; send this tick again`,
  retryable: true,
};

/** Puts the tick among those of its symbol, or says why it goes nowhere. */
function place(
  index: number,
  { parsed, isEscaped }: TickItem,
  groups: Map<string, SentTick[]>,
): Reason | undefined {
  if (!parsed.ok) return { code: parsed.code, detail: parsed.detail };
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { code: "type", detail: "a tick is an object" };
  const tick = value as Fields; // SAFETY: an object that is no array.
  const { symbol } = tick;
  if (symbol === undefined) return { code: "required", detail: "symbol: the field is missing" };
  if (typeof symbol !== "string") return { code: "type", detail: "symbol: expected string" };
  const group = groups.get(symbol);
  if (group === undefined && !isSymbol(symbol))
    return { code: "symbol-format", detail: "symbol: a symbol is VENUE:TICKER" };
  const plain = plainTick(index, tick);
  const reason = plain === undefined ? reasonAgainst(tick, isEscaped) : undefined;
  if (reason !== undefined) return reason;
  if (group !== undefined) group.push(plain ?? [index, tick]);
  else if (groups.size >= SYMBOLS_PER_REQUEST_MAX) return TOO_MANY;
  else groups.set(symbol, [plain ?? [index, tick]]);
  return undefined;
}

/** What no actor could be told of, or keep. */
function reasonAgainst(tick: Fields, isEscaped: boolean): Reason | undefined {
  // Passed on as JSON these would turn into null.
  if (Object.values(tick).some((field) => field === Infinity || field === -Infinity)) {
    return { code: "number-not-finite", detail: "not a finite number" };
  }
  if (isEscaped && unstorableFaultsIn(tick).length > 0)
    return { code: "text", detail: "the text holds a character that cannot be kept" };
  return undefined;
}
