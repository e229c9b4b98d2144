/** Indicators: those there are, and their values over a symbol's bars. Values are float64 JSON numbers, null where they do not exist. */
import { z } from "zod";
import { BAR_STATES, CONTRACT_RESOLUTIONS } from "../domain/bar.ts";
import { barWidth, listOf, listQuery, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import { BARS_MAX, barWindow, isSpan, SPAN_FAULT } from "./time-window.ts";

/** Panes of a chart, several times over; with the largest page it is some tens of milliseconds of work. */
export const DEFINITIONS_PER_READ_MAX = 16;
/** So many of the longest ids. */
const DEFINITIONS_TEXT_MAX = DEFINITIONS_PER_READ_MAX * 81;

const ANCHORS = ["day", "previous-day", "start"] as const;
const INPUTS = ["open", "high", "low", "close", "volume"] as const;

const parameter = z.union([
  z.strictObject({
    name: z.string(),
    kind: z.enum(["integer", "decimal"]),
    default: z.number(),
    min: z.number(),
    max: z.number(),
  }),
  z.strictObject({
    name: z.string(),
    kind: z.literal("source"),
    default: z.string(),
    values: z.array(z.string()).describe("What it may be: one number of a bar, or a mean of some."),
  }),
]);

const described = {
  name: z.string(),
  version: z.int().min(1).describe("Another one where the same bars give other values."),
  outputs: z.array(z.string()),
  seed: z.string().describe("How the first value comes about."),
};

export const indicatorDefinition = z
  .strictObject({
    ...described,
    title: z.string(),
    id: z.string().describe("With the default of every parameter, as replies and topics name it."),
    inputs: z.array(z.enum(INPUTS)).describe("What it reads of a bar."),
    parameters: z
      .array(parameter)
      .describe(
        "In the order in which an id has them behind the name, after underscores; those left out at the end have their default.",
      ),
    anchor: z
      .enum(ANCHORS)
      .optional()
      .describe(
        "Where its run must begin: with the trading day, the one before, or the first bar that there is. `warm` says whether it did.",
      ),
  })
  .meta({ id: "IndicatorDefinition" });
export type IndicatorDefinitionObject = z.output<typeof indicatorDefinition>;

const readDefinition = z.strictObject({
  ...described,
  id: z
    .string()
    .describe("Canonical: every parameter written out, a source only where it is not the default."),
  parameters: z.record(z.string(), z.union([z.number(), z.string()])),
  warmUpBars: z
    .int()
    .nullable()
    .describe("The bar, counted from 1, that has the first value; null where an anchor decides."),
  lookbackBars: z
    .int()
    .min(0)
    .describe(
      "Bars before the first one shown that the run begins with, where there are as many. With them a value is the same to the precision of a number, wherever a page begins.",
    ),
});

const values = z
  .record(z.string(), z.union([z.number().nullable(), z.boolean()]))
  .describe(
    "Each output of the definition: a number, or null where it does not exist; and `warm`, true once the warm-up is over and the anchor was in the run.",
  );

/** What a stream tells of one definition is the same with that one alone. */
export const indicatorBar = z
  .strictObject({
    t: z.int().describe("Start of the bar."),
    state: z.enum(BAR_STATES).describe("Of the bar. Values of one that is forming move with it."),
    rev: z.int().min(0).describe("Of the bar."),
    values: z.record(z.string(), values).describe("By definition id."),
    withdrawn: z
      .literal(true)
      .optional()
      .describe("On streams alone: every trade of the bar was cancelled. It has no values any more."),
  })
  .meta({ id: "IndicatorBar" });
export type IndicatorBarObject = z.output<typeof indicatorBar>;

export const indicatorsReply = z.strictObject({
  symbol: z.string(),
  resolution: z.enum(CONTRACT_RESOLUTIONS),
  definitions: z.array(readDefinition).max(DEFINITIONS_PER_READ_MAX),
  bars: z.array(indicatorBar).max(BARS_MAX),
  nextCursor: z.string().nullable(),
});
export type IndicatorsReply = z.output<typeof indicatorsReply>;

export const indicatorsQuery = z
  .strictObject({
    defs: z
      .string()
      .min(1)
      .max(DEFINITIONS_TEXT_MAX)
      .describe(
        `Up to ${DEFINITIONS_PER_READ_MAX} definitions with commas between them: \`sma_20,macd_12_26_9,rsi\`. An unknown name is refused \`indicator-unknown\`, parameters that it cannot have \`indicator-parameters\`.`,
      ),
    resolution: barWidth(CONTRACT_RESOLUTIONS).default("1").describe("Width of the bars."),
    ...barWindow,
    adjust: z
      .enum(["raw", "split", "all"])
      .optional()
      .describe("As of bars: the values are those of the adjusted bars, the run before the page too."),
  })
  .refine(isSpan, SPAN_FAULT);
export type IndicatorsQuery = z.output<typeof indicatorsQuery>;

export const listIndicators = endpoint({
  method: "GET",
  path: "/v1/indicators",
  scope: "market:read",
  summary: "Every indicator that there is, with its parameters, outputs and seed, by name.",
  tag: "Market data",
  query: listQuery,
  replies: { 200: listOf(indicatorDefinition) },
});

export const getIndicators = endpoint({
  method: "GET",
  path: "/v1/symbols/{symbol}/indicators",
  scope: "market:read",
  summary:
    "Values of indicators over a symbol's bars, ascending, the forming one included; `nextCursor` leads to older ones. Several definitions go through the bars together.",
  tag: "Market data",
  params: z.strictObject({ symbol: symbolId }),
  query: indicatorsQuery,
  replies: { 200: indicatorsReply },
});
