/** Starts the feed that was asked for; it runs in this process and ends with it. */
import { venueHosts } from "../binance/hosts.ts";
import { runLive } from "../binance/live-feed.ts";
import { ApiClient } from "../client.ts";
import type { FeedDisplay } from "../replay/display.ts";
import { replayTape } from "../replay/replay-tape.ts";
import { ChildLog } from "./child-log.ts";
import type { DataFolder } from "./data-folder.ts";
import type { FeedChoice } from "./flags.ts";
import { runSim } from "./sim-feed.ts";

export type FeedPlan = {
  readonly choice: FeedChoice;
  readonly folder: DataFolder;
  readonly url: string;
  readonly display: FeedDisplay;
  readonly signal: AbortSignal;
};
export type RunningFeed = {
  /** The feed's instruments are known to the platform. */
  readonly registered: Promise<void>;
  /** A tape ends; the generator and no feed end with the signal alone. Rejects when the feed cannot go on. */
  readonly ended: Promise<void>;
};

/** Longer than a platform under load ever made a feed wait; a hung one is noticed by its health. */
const PATIENCE_MS = { tape: 300_000, sim: 10_000 } as const;
/** A live feed keeps what comes while the platform is away; that it is, is said now and then. */
const AWAY_NOTE_EVERY_MS = 30_000;

export function startFeed(plan: FeedPlan): RunningFeed {
  const registered = Promise.withResolvers<void>();
  const ended = run(plan, registered.resolve);
  ended.then(registered.resolve, registered.reject);
  return { registered: registered.promise, ended };
}

async function run(plan: FeedPlan, onRegistered: () => void): Promise<void> {
  const { choice, folder, url, display, signal } = plan;
  if (choice.kind === "none") return;
  if (choice.kind === "binance") return follow(choice.tickers, plan, onRegistered);
  const { apiKey } = folder.secrets;
  const onRetry = (reason: string, waitMs: number): void =>
    display.note(`The platform did not take a request (${reason}); again in ${waitMs} ms.`);
  const client = new ApiClient({ url, apiKey }, { patienceMs: PATIENCE_MS[choice.kind], signal, onRetry });
  if (choice.kind === "sim")
    return runSim({ client, signal, onRegistered, note: (text) => display.note(text) });
  const { file, speed, shift } = choice;
  const progressFolder = folder.file("feeds/local");
  await replayTape({ file, speed, shift, client, progressFolder, display, signal, onRegistered });
}

async function follow(
  tickers: readonly string[],
  { folder, url, display, signal }: FeedPlan,
  onRegistered: () => void,
): Promise<void> {
  const { apiKey } = folder.secrets;
  const journal = new ChildLog(folder.file("logs/feed.log"));
  const log = (fields: object): void =>
    journal.line(JSON.stringify({ at: new Date().toISOString(), ...fields }));
  const note = (text: string): void => display.note(text);
  let saidAt = 0;
  const onRetry = (reason: string): void => {
    if (Date.now() - saidAt < AWAY_NOTE_EVERY_MS) return;
    saidAt = Date.now();
    log({ event: "platform-away", reason });
    note(`The platform does not take ticks (${reason}); they wait.`);
  };
  const client = new ApiClient({ url, apiKey }, { patienceMs: Number.POSITIVE_INFINITY, signal, onRetry });
  try {
    await runLive({ tickers, hosts: venueHosts(process.env), client, signal, note, log, onRegistered });
  } finally {
    journal.close();
  }
}
