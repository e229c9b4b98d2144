/** Waiting until another actor has heard of a commit, so that whoever wrote reads what it wrote, there too. */
import type { Outbox } from "./outbox.ts";
import { ifWithin } from "./within.ts";

/** Longer than any healthy delivery. The facts are durable: past this the answer is given anyway, and the outbox goes on by itself. */
export const HEARD_MS_MAX = 2_000;

/** Ends when `destination` has taken everything that waited for it, or could not be reached, or after `waitMs`. Never throws. */
export async function heardBy(
  outbox: Pick<Outbox, "push">,
  destination: string,
  waitMs: number = HEARD_MS_MAX,
): Promise<void> {
  await ifWithin(outbox.push(destination), waitMs);
}
