/** Labels as marks on bars, column by column. */
import type { LabelObject } from "../../contracts/labels.ts";
import type { UdfMarkColor, UdfMarks } from "../../contracts/udf-marks.ts";
import { SECOND_MS } from "../../domain/time.ts";

const NAMED: ReadonlySet<string> = new Set(["red", "green", "blue", "yellow"]);
const WITHOUT_COLOR = "blue";
/** Seen on all four, and on most others. */
const FONT_COLOR = "white";
/** In pixels: on a smaller mark the library shows no letter. */
const MIN_SIZE = 14;
/** Where a text is nothing but spaces. */
const WITHOUT_LETTER = "•";

export const udfMarks = (labels: readonly LabelObject[]): UdfMarks => ({
  id: labels.map(({ id }) => id),
  time: labels.map(({ ts }) => Math.floor(ts / SECOND_MS)),
  color: labels.map(({ color }) => markColor(color)),
  text: labels.map(({ text }) => text),
  label: labels.map(letterOf),
  labelFontColor: labels.map(() => FONT_COLOR),
  minSize: labels.map(() => MIN_SIZE),
});

function markColor(color: string = WITHOUT_COLOR): UdfMarkColor {
  // SAFETY: the set holds the names of the type.
  return NAMED.has(color) ? (color as "red") : { color, border: color, background: color };
}

function letterOf({ text, metadata }: LabelObject): string {
  const given = metadata["label"];
  return firstOf(typeof given === "string" ? given : "") ?? firstOf(text) ?? WITHOUT_LETTER;
}

/** A whole character, however many units or marks it is made of. */
const firstOf = (text: string): string | undefined => {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : [...CHARACTERS.segment(trimmed.slice(0, LETTER_UNITS_MAX))][0]?.segment;
};

const CHARACTERS = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** In UTF-16 units: a family of four takes eleven. */
const LETTER_UNITS_MAX = 32;
