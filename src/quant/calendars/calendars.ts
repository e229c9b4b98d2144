/** Every calendar there is. One is opened when it is first asked for, and shared from then on. */
import type { CalendarData } from "./calendar-data.ts";
import { ALWAYS } from "./data/always.ts";
import { FX } from "./data/fx.ts";
import { GLBX } from "./data/glbx.ts";
import { XASX } from "./data/xasx.ts";
import { XBOM } from "./data/xbom.ts";
import { XLON } from "./data/xlon.ts";
import { XNAS } from "./data/xnas.ts";
import { XNSE } from "./data/xnse.ts";
import { XNYS } from "./data/xnys.ts";
import { XTKS } from "./data/xtks.ts";
import { SessionCalendar } from "./session-calendar.ts";

/** In order of id. */
export const CALENDARS: readonly CalendarData[] = [
  ALWAYS,
  FX,
  GLBX,
  XASX,
  XBOM,
  XLON,
  XNAS,
  XNSE,
  XNYS,
  XTKS,
];

export class Calendars {
  readonly #opened = new Map<string, SessionCalendar>();

  /** Undefined where none has that id. */
  get(id: string): SessionCalendar | undefined {
    const known = this.#opened.get(id);
    if (known !== undefined) return known;
    const data = CALENDARS.find((one) => one.id === id);
    if (data === undefined) return undefined;
    const opened = new SessionCalendar(data);
    this.#opened.set(id, opened);
    return opened;
  }
}
