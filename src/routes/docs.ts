/** The documentation: the OpenAPI document, and a page of ours that shows it. */
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { getDocs, getDocsAsset, getOpenApi } from "../contracts/openapi.ts";
import { DOCS_PAGE } from "../http/docs-page.ts";
import type { Mount } from "../http/mount.ts";
import { openApiDocument } from "../http/openapi.ts";
import { PAGE_CONTENT_SECURITY_POLICY } from "../http/security-headers.ts";

/** The files change only with a deployment; an hour of an old style sheet harms nobody. */
const ASSET_CACHE = "public, max-age=3600";

export function docsRoutes(mount: Mount): void {
  // It takes some milliseconds to make and never changes while the Worker runs.
  let document: string | undefined;
  mount.on(getOpenApi, () => {
    document ??= JSON.stringify(openApiDocument(mount.endpoints));
    return answer(document);
  });
  mount.on(
    getDocs,
    () =>
      new Response(DOCS_PAGE, {
        headers: {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": PAGE_CONTENT_SECURITY_POLICY,
        },
      }),
  );
  mount.on(getDocsAsset, async (c, { params: { asset } }) => {
    const file = await c.env.edge.asset(`/docs/${asset}`);
    if (!file.ok) return refusal("not-found");
    const type = file.headers.get("content-type") ?? "application/octet-stream";
    return new Response(file.body, { headers: { "content-type": type, "cache-control": ASSET_CACHE } });
  });
}
