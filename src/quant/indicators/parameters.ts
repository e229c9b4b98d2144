/** What an indicator may be asked with, and the one way in which each choice is written. */
import { isSource, SOURCES, type Source } from "./bar.ts";

export type NumberParameter<Name extends string = string> = {
  readonly name: Name;
  readonly kind: "integer" | "decimal";
  readonly default: number;
  readonly min: number;
  readonly max: number;
};
export type SourceParameter<Name extends string = string> = {
  readonly name: Name;
  readonly kind: "source";
  readonly default: Source;
};
export type Parameter<Name extends string = string> = NumberParameter<Name> | SourceParameter<Name>;

/** The values by name: a source for a source, else a number. */
export type ValuesOf<P extends readonly Parameter[]> = {
  readonly [One in P[number] as One["name"]]: One["kind"] extends "source" ? Source : number;
};
export type ParameterValues = { readonly [name: string]: number | Source };

/** Two years of trading days: the longest window in use is 365. A state stays below 24 kB of JSON. */
export const PERIOD_MAX = 500;
/** Means of what is a window's already (%K, %D): what is longer is another indicator. */
export const SMOOTHING_MAX = 50;
/** Multiples of a deviation or a range: what is wider than a hundred of them is not reached. */
export const MULTIPLE_MAX = 100;
/** As many as anyone writes (0.0005); a longer text would be another name for the same indicator. */
const DECIMALS_MAX = 4;

export const period = <const Name extends string>(
  name: Name,
  byDefault: number,
  min = 1,
): NumberParameter<Name> => ({
  name,
  kind: "integer",
  default: byDefault,
  min,
  max: PERIOD_MAX,
});

export const smoothing = <const Name extends string>(
  name: Name,
  byDefault: number,
): NumberParameter<Name> => ({ name, kind: "integer", default: byDefault, min: 1, max: SMOOTHING_MAX });

export const decimal = <const Name extends string>(
  name: Name,
  byDefault: number,
  [min, max]: readonly [min: number, max: number],
): NumberParameter<Name> => ({ name, kind: "decimal", default: byDefault, min, max });

export const multiple = <const Name extends string>(name: Name, byDefault: number): NumberParameter<Name> =>
  decimal(name, byDefault, [0.01, MULTIPLE_MAX]);

export const source = (byDefault: Source = "close"): SourceParameter<"source"> => ({
  name: "source",
  kind: "source",
  default: byDefault,
});

const NUMBER = /^(?:0|[1-9]\d{0,5})(?:\.\d{1,4})?$/;

export type ParameterFailure = { readonly ok: false; readonly detail: string };
type Read = { readonly ok: true; readonly value: number | Source } | ParameterFailure;

/** One parameter from its text; where there is none it has its default. */
export function parameterOf(parameter: Parameter, text: string | undefined): Read {
  if (text === undefined) return { ok: true, value: parameter.default };
  return parameter.kind === "source" ? sourceOf(text) : numberOf(parameter, text);
}

function sourceOf(text: string): Read {
  return isSource(text) ? { ok: true, value: text } : failed(`source is one of ${SOURCES.join(", ")}`);
}

function numberOf({ name, kind, min, max }: NumberParameter, text: string): Read {
  if (!NUMBER.test(text)) return failed(`${name} is a plain number with at most ${DECIMALS_MAX} decimals`);
  const value = Number(text);
  if (kind === "integer" && !Number.isInteger(value)) return failed(`${name} is a whole number`);
  return value < min || value > max ? failed(`${name} is from ${min} to ${max}`) : { ok: true, value };
}

const failed = (detail: string): ParameterFailure => ({ ok: false, detail });
