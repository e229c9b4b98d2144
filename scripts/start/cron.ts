/** Calls the Worker's cron handler as the platform would: `wrangler dev` fires no crons by itself. */

/** The two triggers of wrangler.toml. */
export const EVERY_MINUTE = "* * * * *";
export const EVERY_DAY = "5 0 * * *";
const MINUTE_MS = 60_000;
/** Five minutes after midnight UTC, in minutes of the day. */
const DAILY_AT = 5;
/** A little after the full minute, so that a clock read inside sees the new one. */
const AFTER_MS = 250;
const CALL_MS_MAX = 50_000;

export type Cron = { stop(): void };

/** The daily work is also done once at the start: partitions must be there on a machine that sleeps at midnight. */
export function startCron(url: string, note: (text: string) => void): Cron {
  let timer: NodeJS.Timeout;
  const call = (cron: string): void =>
    void callHandler(url, cron).catch((error: Error) => note(error.message));
  const arm = (): void => {
    timer = setTimeout(fire, MINUTE_MS - (Date.now() % MINUTE_MS) + AFTER_MS);
  };
  const fire = (): void => {
    for (const cron of cronsOf(Date.now())) call(cron);
    arm();
  };
  call(EVERY_DAY);
  arm();
  return { stop: () => clearTimeout(timer) };
}

/** The triggers of the minute that holds this moment. */
export const cronsOf = (at: number): string[] =>
  Math.floor(at / MINUTE_MS) % 1_440 === DAILY_AT ? [EVERY_MINUTE, EVERY_DAY] : [EVERY_MINUTE];

async function callHandler(url: string, cron: string): Promise<void> {
  const address = `${url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`;
  const response = await fetch(address, { signal: AbortSignal.timeout(CALL_MS_MAX) });
  const said = (await response.text()).slice(0, 200);
  if (!response.ok) throw new Error(`Cron "${cron}" failed: ${response.status} ${said}`);
}
