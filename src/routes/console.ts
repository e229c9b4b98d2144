/** The Console: its page, and the files that scripts/assets.ts made of src/console. */
import { refusal } from "../../actors/runtime/reply.ts";
import { getConsole, getConsoleAsset } from "../contracts/console.ts";
import { CONSOLE_PAGE } from "../http/console-page.ts";
import type { Mount } from "../http/mount.ts";
import { CONSOLE_CONTENT_SECURITY_POLICY } from "../http/security-headers.ts";

// Page and bundle belong to one deployment: a browser asks each time and is told that nothing changed.
const ASSET_CACHE = "no-cache";

export function consoleRoutes(mount: Mount): void {
  mount.on(
    getConsole,
    () =>
      new Response(CONSOLE_PAGE, {
        headers: {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": CONSOLE_CONTENT_SECURITY_POLICY,
        },
      }),
  );
  mount.on(getConsoleAsset, async (c, { params: { asset } }) => {
    const file = await c.env.edge.asset(`/console/${asset}`);
    if (!file.ok) return refusal("not-found");
    const etag = file.headers.get("etag");
    const headers = new Headers({ "cache-control": ASSET_CACHE });
    if (etag !== null) headers.set("etag", etag);
    if (etag !== null && c.req.header("if-none-match") === etag) {
      await file.body?.cancel();
      return new Response(null, { status: 304, headers });
    }
    headers.set("content-type", file.headers.get("content-type") ?? "application/octet-stream");
    return new Response(file.body, { headers });
  });
}
