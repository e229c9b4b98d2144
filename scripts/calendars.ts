/** `npm run calendars`: makes the data files of all calendars from their rules and overlays, and says what is in them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { changesOf, closuresOf } from "../src/quant/calendars/calendar-data.ts";
import { DATA_FOLDER, type MadeFile, madeFiles } from "./calendars/made.ts";

const ROOT = join(import.meta.dirname, "..");

function summary({ text, data }: MadeFile): string {
  const counts = `${closuresOf(data).size} closed, ${changesOf(data).size} changed, ${text.length} bytes`;
  return `${data.id.padEnd(5)} ${data.from} to ${data.to}  ${data.version}  ${counts}\n`;
}

const files = madeFiles();
for (const { name, text } of files) writeFileSync(join(ROOT, DATA_FOLDER, name), text);
const bytes = files.reduce((sum, { text }) => sum + text.length, 0);
process.stdout.write(`${files.map(summary).join("")}${files.length} calendars, ${bytes} bytes\n`);
