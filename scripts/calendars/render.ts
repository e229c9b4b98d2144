/** The file that is committed for a calendar, as the formatter would leave it. */
import type { CalendarData } from "../../src/quant/calendars/calendar-data.ts";

export function rendered(constant: string, { closed, changed, ...data }: CalendarData): string {
  const { unknown, regular, sources, notes, version, ...head } = data;
  const fields = [
    ...Object.entries(head).map(([name, value]) => `${name}: ${JSON.stringify(value)},`),
    ...list("unknown", unknown.map(quoted)),
    ...list(
      "regular",
      regular.map(
        ({ since, days, hours }) =>
          `{ since: ${JSON.stringify(since)}, days: ${JSON.stringify(days)}, hours: ${JSON.stringify(hours)} }`,
      ),
    ),
    `closed: ${block(closed)},`,
    `changed: ${block(changed)},`,
    ...list("sources", sources.map(quoted)),
    ...list("notes", notes.map(quoted)),
    `version: ${JSON.stringify(version)},`,
  ];
  return [
    "/** Made by `npm run calendars` from the rules in scripts/calendars: change those. */",
    'import type { CalendarData } from "../calendar-data.ts";',
    "",
    `export const ${constant}: CalendarData = {`,
    ...fields.map((line) => `  ${line}`),
    "};",
    "",
  ].join("\n");
}

/** The formatter's line, in characters. */
const LINE_MAX = 110;

function list(name: string, items: readonly string[]): string[] {
  const line = `${name}: [${items.join(", ")}],`;
  if (line.length + 2 <= LINE_MAX) return [line];
  return [`${name}: [`, ...items.map((item) => `  ${item},`), "],"];
}

const quoted = (text: string): string => JSON.stringify(text);

/** Text of several lines as it is. */
const block = (text: string): string => (text === "" ? '""' : `\`${text}\``);
