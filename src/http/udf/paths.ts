/** Where UDF is served: below /udf, and below /udf/k/<key> for charts that cannot send a header. Both are the same calls. */
import { getPath } from "hono/utils/url";

const ROOT = "/udf";
const KEYED = `${ROOT}/k/`;

/** The path that the router sees: without the key, which so stands in no route, log, label or cursor. */
export function routedPath(request: Request): string {
  const path = getPath(request);
  if (!path.startsWith(KEYED)) return path;
  const end = path.indexOf("/", KEYED.length);
  return end < 0 ? ROOT : ROOT + path.slice(end);
}

/** The credential that the path holds, or undefined where it is no path with a place for one. */
export function keyInPath(request: Request): string | undefined {
  const path = getPath(request);
  return path.startsWith(KEYED) ? path.slice(KEYED.length).split("/", 1)[0] : undefined;
}

export const isUdf = (path: string): boolean => path === ROOT || path.startsWith(`${ROOT}/`);
