/** The key that a Prometheus server scrapes with: it is known by its digest, and good for the calls that say so. */
import { sha256Hex } from "../../actors/runtime/id.ts";
import type { Call } from "./context.ts";
import { bearerIn } from "./credentials.ts";

export async function isScraper(c: Call): Promise<boolean> {
  const { scrapeKeySha256 } = c.env.edge;
  const token = bearerIn(c.req.raw.headers);
  if (scrapeKeySha256 === undefined || token === undefined) return false;
  // Digests are compared, so the time that takes tells nothing of the key.
  return (await sha256Hex(token)) === scrapeKeySha256;
}
