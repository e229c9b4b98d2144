/** Definitions of a read, and bars that are stepped through by each of them. */
import { type ActorReply, answer, refusal } from "../../../actors/runtime/reply.ts";
import type { BarObject } from "../../contracts/bars.ts";
import { DEFINITIONS_PER_READ_MAX } from "../../contracts/indicators.ts";
import { type BarCalendar, type BarResolution, widthMsOf } from "../../quant/bar-calendar.ts";
import type { IndicatorBar } from "../../quant/indicators/bar.ts";
import type { Indicator } from "../../quant/indicators/definition.ts";
import { indicatorOf } from "../../quant/indicators/registry.ts";
import { Stepper, startRun } from "../../quant/indicators/run.ts";
import { runInBars } from "../../quant/indicators/run-in.ts";

export type Lookback = { readonly indicator: Indicator; readonly lookbackBars: number };
export type ReadBar = Pick<BarObject, "t" | "o" | "h" | "l" | "c" | "v" | "state" | "rev">;
/** Ascending; those from `first` on are shown. `isWhole`: there is none before them. */
export type ReadBars = {
  readonly bars: readonly ReadBar[];
  readonly first: number;
  readonly isWhole: boolean;
};

/** Each once, in the order in which they are asked for. */
export function lookbacksOf(defs: string, resolution: BarResolution): ActorReply<readonly Lookback[]> {
  const byId = new Map<string, Lookback>();
  const texts = defs.split(",");
  if (texts.length > DEFINITIONS_PER_READ_MAX)
    return refusal("too-many-items", `at most ${DEFINITIONS_PER_READ_MAX} definitions`);
  for (const text of texts) {
    const found = indicatorOf(text);
    if (!found.ok) return refusal(found.code, `${text}: ${found.detail}`);
    const { indicator } = found;
    byId.set(indicator.id, { indicator, lookbackBars: runInBars(indicator, widthMsOf(resolution)) });
  }
  return answer([...byId.values()]);
}

/** JSON texts of the public rows. The run of each definition begins as many bars before as it remembers, or with the first that there is. */
export function steppedRows(
  definitions: readonly Lookback[],
  { bars, first, isWhole }: ReadBars,
  calendar: BarCalendar,
): string[] {
  const read = bars.map((bar) => indicatorBarOf(bar, calendar));
  const told = bars.slice(first).map((): string[] => []);
  for (const { indicator, lookbackBars } of definitions) {
    const stepper = new Stepper(indicator);
    const begin = Math.max(0, first - lookbackBars);
    const run = startRun(indicator, isWhole && begin === 0);
    for (const bar of read.slice(begin, first)) stepper.take(run, bar);
    for (const [place, bar] of read.slice(first).entries())
      told[place]?.push(`"${indicator.id}":${stepper.tell(run, bar)}`);
  }
  return bars.slice(first).map(({ t, state, rev }, place) => {
    const values = told[place]?.join(",") ?? "";
    return `{"t":${t},"state":"${state}","rev":${rev},"values":{${values}}}`;
  });
}

const indicatorBarOf = ({ t, o, h, l, c, v }: ReadBar, calendar: BarCalendar): IndicatorBar => ({
  t,
  o: Number(o),
  h: Number(h),
  l: Number(l),
  c: Number(c),
  v: Number(v),
  day: calendar.dayAt(t).start,
});

export function definitionOf({ indicator, lookbackBars }: Lookback) {
  const { id, definition, parameters, warmUpBars } = indicator;
  const { name, version, outputs, seed } = definition;
  return { id, name, version, parameters, outputs, seed, warmUpBars, lookbackBars };
}
