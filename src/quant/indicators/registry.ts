/**
 * Every indicator by its name, and the one way in which one with its parameters is written: `sma_20`, `macd_12_26_9`, `bbands_20_2.5`,
 * `sma_20_hl2`. What is left out at the end has its default, so `macd` and `macd_12_26_9` are the same.
 */
import { kama } from "./adaptive-average.ts";
import { BANDS } from "./bands.ts";
import { bound, type Definition, type Indicator } from "./definition.ts";
import { DIRECTION } from "./direction.ts";
import { LIBRARY } from "./library/library.ts";
import { MOMENTUM } from "./momentum.ts";
import { MOVING_AVERAGES } from "./moving-averages.ts";
import { psar } from "./parabolic.ts";
import { type ParameterFailure, type ParameterValues, parameterOf } from "./parameters.ts";
import { PATTERNS } from "./patterns/patterns.ts";
import { pivots } from "./pivots.ts";
import { RANGES } from "./ranges.ts";
import { STOCHASTICS } from "./stochastics.ts";
import { STRENGTH } from "./strength.ts";
import { supertrend } from "./supertrend.ts";
import { VOLUME, VOLUME_AVERAGES } from "./volume-averages.ts";

/** In the order in which they are listed. */
export const DEFINITIONS: readonly Definition[] = [
  ...MOVING_AVERAGES,
  kama,
  ...VOLUME_AVERAGES,
  ...STRENGTH,
  ...STOCHASTICS,
  ...MOMENTUM,
  ...RANGES,
  ...BANDS,
  supertrend,
  psar,
  ...DIRECTION,
  ...VOLUME,
  pivots,
  ...PATTERNS,
  ...LIBRARY,
];

const BY_NAME: ReadonlyMap<string, Definition> = new Map(
  DEFINITIONS.map((definition) => [definition.name, definition]),
);

/** A name, three periods, a source: the longest that there is, twice over. */
export const INDICATOR_TEXT_MAX = 80;

export type IndicatorFailure = {
  readonly ok: false;
  readonly code: "indicator-unknown" | "indicator-parameters";
  readonly detail: string;
};
export type Found = { readonly ok: true; readonly indicator: Indicator } | IndicatorFailure;

/** The indicator that a text names, in its short or its full form. */
export function indicatorOf(text: string): Found {
  const [name = "", ...texts] = text.length > INDICATOR_TEXT_MAX ? [] : text.split("_");
  const definition = BY_NAME.get(name);
  if (definition === undefined)
    return { ok: false, code: "indicator-unknown", detail: "no indicator has that name" };
  const values = valuesOf(definition, texts);
  if (!values.ok) return { ...values, code: "indicator-parameters" };
  return { ok: true, indicator: bound(definition, idOf(definition, values.values), values.values) };
}

function valuesOf(
  definition: Definition,
  texts: readonly string[],
): { readonly ok: true; readonly values: ParameterValues } | ParameterFailure {
  const { name, parameters, refuses } = definition;
  if (texts.length > parameters.length)
    return { ok: false, detail: `${name} has ${parameters.length} parameters` };
  const values: Record<string, ParameterValues[string]> = {};
  for (const [place, parameter] of parameters.entries()) {
    const read = parameterOf(parameter, texts[place]);
    if (!read.ok) return read;
    values[parameter.name] = read.value;
  }
  const detail = refuses(values);
  return detail === undefined ? { ok: true, values } : { ok: false, detail };
}

/** Numbers in full; a source only where it is another than the default. */
function idOf({ name, parameters }: Definition, values: ParameterValues): string {
  const written = parameters
    .filter((parameter) => parameter.kind !== "source" || values[parameter.name] !== parameter.default)
    .map((parameter) => String(values[parameter.name]));
  return [name, ...written].join("_");
}
