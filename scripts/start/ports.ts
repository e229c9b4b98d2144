/** TCP ports on the loopback address. */
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export class PortInUse extends Error {
  override readonly name = "PortInUse";
}

/** A platform that was just killed gives its port back within this time. */
const HANDOVER_MS = 2_000;
const POLL_MS = 100;

export async function claimable(port: number): Promise<void> {
  const deadline = Date.now() + HANDOVER_MS;
  while (!(await isFree(port))) {
    if (Date.now() > deadline) {
      throw new PortInUse(
        `port ${port} is in use by another program: stop it, or choose another with --port.`,
      );
    }
    await sleep(POLL_MS);
  }
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
