/** A calendar as we write it down: rules, and overlays for what no rule gives. Each entry has its source. */
import type { ChangeKind, RegularHours } from "../../src/quant/calendars/calendar-data.ts";
import type { DaysRule } from "./rule.ts";

export type Closure = { readonly reason: string; readonly days: DaysRule };
export type Changed = Closure & { readonly kind: ChangeKind; readonly hours: string };

export type CalendarRules = {
  readonly id: string;
  /** Of the constant in the file that is made. */
  readonly constant: string;
  readonly name: string;
  readonly timeZone: string;
  /** The first trading date of which we are sure, and the first of which we are not. */
  readonly from: string;
  readonly to: string;
  /** Dates within of which we are not sure. */
  readonly unknown?: readonly string[];
  readonly regular: readonly RegularHours[];
  /** Where two name one date, the first gives the reason. */
  readonly closures: readonly Closure[];
  /** By rule: only where the date would be a trading day. */
  readonly changes: readonly Changed[];
  /** As announced: whatever the rules say of the date. */
  readonly overlay: readonly Changed[];
  readonly sources: readonly string[];
  readonly notes: readonly string[];
};

export const closed = (reason: string, days: DaysRule): Closure => ({ reason, days });
const changed =
  (kind: ChangeKind) =>
  (hours: string, reason: string, days: DaysRule): Changed => ({ kind, hours, reason, days });
export const earlyClose = changed("early-close");
export const special = changed("special");

export const WEEKDAYS = "1111100";
