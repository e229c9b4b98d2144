/** What a closed session of an instrument says about how it trades. */

/** Volumes are integers at one scale for all sessions, adjusted for splits, as are closes. */
export type Session = {
  /** Days since 1 January 1970: its trading day. */
  readonly day: number;
  /** Of the whole trading day; 0 where nothing was traded. */
  readonly volume: bigint;
  /** What was paid for it, in the instrument's currency. */
  readonly value: number;
  /** Undefined where it has no price. */
  readonly close: number | undefined;
  /** Something of it is known to be missing. */
  readonly partial: boolean;
  /** Of each interval of its open hours, 0 where nothing was traded; undefined where that is not known any more. */
  readonly intervals: readonly bigint[] | undefined;
};
