/** The last word to whoever listens: a platform that is stopped says so on every stream before it goes. */
import { setTimeout as sleep } from "node:timers/promises";

/** Time for a notice to reach its client and for the close behind it; whoever stops a platform waits so long. */
const NOTICE_MS = 300;
/** A platform that does not answer by then is stopped without a word. */
const PATIENCE_MS = 2_000;

type Listed = { readonly gateway: string; readonly connections: number };

/** Ends when all clients of all gateways have been told and closed, or when that cannot be done; never fails. */
export async function noticeRestart(url: string, apiKey: string): Promise<void> {
  const call = (method: string, path: string, body?: object) =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  try {
    const listed = await call("GET", "/v1/gateways?limit=100");
    if (!listed.ok) return;
    const { items } = (await listed.json()) as { items: readonly Listed[] }; // SAFETY: our own platform's answer.
    const busy = items.filter(({ connections }) => connections > 0);
    if (busy.length === 0) return;
    const order = { inMs: NOTICE_MS, keep: true };
    await Promise.all(busy.map(({ gateway }) => call("POST", `/v1/gateways/${gateway}/drain`, order)));
    await sleep(2 * NOTICE_MS);
  } catch {
    // It is going, or never was up: its clients find out by themselves.
  }
}
