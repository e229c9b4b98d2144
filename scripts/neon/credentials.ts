/** Checks the connection string of a request against the password that the server was started with. */
import { createHash, timingSafeEqual } from "node:crypto";
import { RequestRefused } from "./sql-error.ts";

/** Refuses with what Neon and Postgres say: 400, and 28P01 for a wrong password, 3D000 for a wrong database. */
export function checkConnectionString(
  header: string | string[] | undefined,
  expected: { readonly password: string; readonly database: string },
): void {
  if (typeof header !== "string") throw new RequestRefused(400, "invalid header: neon-connection-string");
  const url = parseUrl(header);
  if (url.protocol !== "postgres:" && url.protocol !== "postgresql:") throw refused("incorrect scheme");
  if (url.username === "") throw refused("missing username");
  if (url.password === "") throw refused("missing authentication credentials: required password");
  if (!sameText(decoded(url.password), expected.password)) {
    throw refused(`password authentication failed for user '${decoded(url.username)}'`, "28P01");
  }
  const database = decoded(url.pathname.slice(1));
  if (database !== expected.database) throw refused(`database "${database}" does not exist`, "3D000");
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refused("invalid connection string");
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refused("invalid connection string");
  }
}

/** Digests have one length, so the comparison tells nothing by its time. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function refused(message: string, code: string | null = null): RequestRefused {
  return new RequestRefused(400, message, code);
}
