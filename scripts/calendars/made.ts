/** Every calendar, made from its rules: the text of each file below src/quant/calendars/data. */
import type { CalendarData } from "../../src/quant/calendars/calendar-data.ts";
import type { CalendarRules } from "./calendar-rules.ts";
import { compiled } from "./compile.ts";
import { GLBX_RULES } from "./glbx.ts";
import { XBOM_RULES, XNSE_RULES } from "./india.ts";
import { XNAS_RULES, XNYS_RULES } from "./new-york.ts";
import { rendered } from "./render.ts";
import { ALWAYS_RULES, FX_RULES } from "./without-exchange.ts";
import { XASX_RULES } from "./xasx.ts";
import { XLON_RULES } from "./xlon.ts";
import { XTKS_RULES } from "./xtks.ts";

const ALL: readonly CalendarRules[] = [
  ALWAYS_RULES,
  FX_RULES,
  GLBX_RULES,
  XASX_RULES,
  XBOM_RULES,
  XLON_RULES,
  XNAS_RULES,
  XNSE_RULES,
  XNYS_RULES,
  XTKS_RULES,
];

/** Where the files lie, from the root of the project. */
export const DATA_FOLDER = "src/quant/calendars/data";

export type MadeFile = { readonly name: string; readonly text: string; readonly data: CalendarData };

export const madeFiles = (): MadeFile[] =>
  ALL.map((rules) => {
    const data = compiled(rules);
    return { name: `${rules.constant.toLowerCase()}.ts`, text: rendered(rules.constant, data), data };
  });
