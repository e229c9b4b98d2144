/** Words of bars, as the public contract spells them. */

/** Widths that are stored: one minute from trades, wider ones of a day from minutes, weeks and months from days. */
export const RESOLUTIONS = ["1", "3", "5", "15", "30", "60", "240", "1D", "1W", "1M"] as const;
/** Widths that are folded from single trades when they are read or watched, and stored nowhere. */
export const SECOND_RESOLUTIONS = ["1S", "5S"] as const;
/** Every width that the contract names. */
export const CONTRACT_RESOLUTIONS = [...SECOND_RESOLUTIONS, ...RESOLUTIONS] as const;
/** Widths of mark-to-market candles: minutes, and what is folded of them when it is read or watched. */
export const M2M_WIDTHS = ["1", "5", "15", "30", "60", "240", "1D"] as const;
/** What bars are built of: trades, or one side of quotes, or what lies between both. */
export const QUOTE_SIDES = ["mid", "bid", "ask"] as const;
export const SERIES = ["trades", ...QUOTE_SIDES] as const;
export const BAR_STATES = ["forming", "final", "revised"] as const;

export type Resolution = (typeof RESOLUTIONS)[number];
export type SecondResolution = (typeof SECOND_RESOLUTIONS)[number];
export type RollUpResolution = Exclude<Resolution, "1">;
/** Days and wider: they are called by dates and follow trading days. */
export type DatedResolution = "1D" | "1W" | "1M";
export type QuoteSide = (typeof QUOTE_SIDES)[number];
export type BarState = (typeof BAR_STATES)[number];

export const ROLL_UPS = RESOLUTIONS.filter((width): width is RollUpResolution => width !== "1");

export const isResolution = (text: string): text is Resolution => RESOLUTIONS.some((known) => known === text);
export const isSecondResolution = (text: string): text is SecondResolution =>
  SECOND_RESOLUTIONS.some((known) => known === text);
export const isDated = (resolution: Resolution | SecondResolution): resolution is DatedResolution =>
  resolution === "1D" || resolution === "1W" || resolution === "1M";
