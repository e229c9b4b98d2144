/** A live feed with its client and its log: what `npm start` and `npm run feed` run. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ApiClient, type ApiTarget } from "../client.ts";
import { ChildLog } from "../start/child-log.ts";
import { venueHosts } from "./hosts.ts";
import { runLive } from "./live-feed.ts";

export type Following = {
  readonly tickers: readonly string[];
  readonly target: ApiTarget;
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  readonly onRegistered: () => void;
};

/** That the platform is away is said now and then; what comes meanwhile is kept. */
const AWAY_NOTE_EVERY_MS = 30_000;

export async function follow({
  tickers,
  target,
  logFile,
  signal,
  note,
  onRegistered,
}: Following): Promise<never> {
  mkdirSync(dirname(logFile), { recursive: true });
  const journal = new ChildLog(logFile);
  const log = (fields: object): void =>
    journal.line(JSON.stringify({ at: new Date().toISOString(), ...fields }));
  let saidAt = 0;
  const onRetry = (reason: string): void => {
    if (Date.now() - saidAt < AWAY_NOTE_EVERY_MS) return;
    saidAt = Date.now();
    log({ event: "platform-away", reason });
    note(`The platform does not take ticks (${reason}); they wait.`);
  };
  const client = new ApiClient(target, { patienceMs: Number.POSITIVE_INFINITY, signal, onRetry });
  try {
    return await runLive({
      tickers,
      hosts: venueHosts(process.env),
      client,
      signal,
      note,
      log,
      onRegistered,
    });
  } finally {
    journal.close();
  }
}
