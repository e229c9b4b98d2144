/** `npm run feed -- binance:SYMBOLS`: follows an exchange live for a platform that runs here or is deployed. */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { tickersFrom } from "../src/feeds/binance-symbols.ts";
import { follow } from "./binance/follow.ts";
import { feedDisplay, silentDisplay } from "./replay/display.ts";
import { TargetUnclear, targetOf } from "./target.ts";

const USAGE = `Usage: npm run feed -- binance:BTCUSDT,ETHUSDT [flags]
  --url URL      the platform; default: the one that runs on --data
  --key KEY      an API key with market:read and market:write; default: that of --data, or the variable OUTCRY_API_KEY
  --data FOLDER  data folder of npm start, and where the log is kept (feeds/live.log); default .outcry
  --quiet        print nothing but errors`;

const OPTIONS = {
  url: { type: "string" },
  key: { type: "string" },
  data: { type: "string", default: ".outcry" },
  quiet: { type: "boolean", default: false },
} as const;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

try {
  await feed(process.argv.slice(2));
} catch (error) {
  if (!stop.signal.aborted) {
    const usage = error instanceof TargetUnclear;
    process.stderr.write(
      `feed: ${error instanceof Error ? error.message : String(error)}\n${usage ? `${USAGE}\n` : ""}`,
    );
    process.exitCode = usage ? 2 : 1;
  }
}

async function feed(args: readonly string[]): Promise<never> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [name = "", ...more] = positionals;
  const [venue, symbols = "", ...rest] = name.split(":");
  if (venue !== "binance" || more.length + rest.length > 0)
    throw new TargetUnclear("name one feed: binance:BTCUSDT,ETHUSDT.");
  const asked = tickersFrom(symbols);
  if (!asked.ok) throw new TargetUnclear(`${name}: ${asked.why}.`);
  const display = values.quiet ? silentDisplay : feedDisplay(process.stdout);
  const data = resolve(values.data);
  return follow({
    ...{ tickers: asked.tickers, target: targetOf({ ...values, data }), signal: stop.signal },
    logFile: join(data, "feeds/live.log"),
    note: (text) => display.note(text),
    onRegistered: () => display.note("The feed runs. Ctrl-C stops it."),
  });
}
