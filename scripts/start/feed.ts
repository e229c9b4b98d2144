/** Starts the feed that was asked for; it runs in this process and ends with it. */
import { follow } from "../binance/follow.ts";
import { ApiClient } from "../client.ts";
import type { FeedDisplay } from "../replay/display.ts";
import { replayTape } from "../replay/replay-tape.ts";
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

export function startFeed(plan: FeedPlan): RunningFeed {
  const registered = Promise.withResolvers<void>();
  const ended = run(plan, registered.resolve);
  ended.then(registered.resolve, registered.reject);
  return { registered: registered.promise, ended };
}

async function run(plan: FeedPlan, onRegistered: () => void): Promise<void> {
  const { choice, folder, url, display, signal } = plan;
  if (choice.kind === "none") return;
  const { apiKey } = folder.secrets;
  const note = (text: string): void => display.note(text);
  if (choice.kind === "binance") {
    const logFile = folder.file("logs/feed.log");
    return follow({ tickers: choice.tickers, target: { url, apiKey }, logFile, signal, note, onRegistered });
  }
  const onRetry = (reason: string, waitMs: number): void =>
    note(`The platform did not take a request (${reason}); again in ${waitMs} ms.`);
  const client = new ApiClient({ url, apiKey }, { patienceMs: PATIENCE_MS[choice.kind], signal, onRetry });
  if (choice.kind === "sim") return runSim({ client, signal, onRegistered, note });
  const { file, reading, speed, shift } = choice;
  const progressFolder = folder.file("feeds/local");
  await replayTape({ file, reading, speed, shift, client, progressFolder, display, signal, onRegistered });
}
