/** Words of bars, as the public contract spells them. */

/** Widths that are built now: one minute from ticks, the others from minutes. */
export const RESOLUTIONS = ["1", "5", "15", "60", "1D"] as const;
/** Every width that the contract names; one of them that is not built yet is `resolution-unsupported`. */
export const CONTRACT_RESOLUTIONS = [
  "1S",
  "5S",
  "1",
  "3",
  "5",
  "15",
  "30",
  "60",
  "240",
  "1D",
  "1W",
  "1M",
] as const;
export const BAR_STATES = ["forming", "final", "revised"] as const;

export type Resolution = (typeof RESOLUTIONS)[number];
export type RollUpResolution = Exclude<Resolution, "1">;
export type BarState = (typeof BAR_STATES)[number];

export const isResolution = (text: string): text is Resolution => RESOLUTIONS.some((known) => known === text);
