import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fakeEdge } from "../support/fake-edge.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What scripts/assets.ts puts where the Worker finds it. */
const SOURCES: Readonly<Record<string, string>> = {
  "/docs/swagger-ui-bundle.js": "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
  "/docs/swagger-ui.css": "node_modules/swagger-ui-dist/swagger-ui.css",
  "/docs/favicon-32x32.png": "node_modules/swagger-ui-dist/favicon-32x32.png",
  "/docs/start.js": "src/console/docs.mjs",
};
const asset = async (path: string): Promise<Response> => {
  const source = SOURCES[path];
  if (source === undefined) return new Response("<h1>not found</h1>", { status: 404 });
  return new Response(readFileSync(join(ROOT, source)), {
    headers: { "content-type": "text/plain", etag: "x" },
  });
};

const page = async () => {
  const edge = await fakeEdge({ asset });
  const response = await edge.fetch("GET", "/docs", { key: null });
  return { ...edge, response, html: await response.text() };
};

describe("the documentation", () => {
  test("its page loads only files of ours, and each of them is there", async () => {
    const { fetch, html, response } = await page();
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const loaded = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path = ""]) => path);
    expect(loaded.length).toBeGreaterThan(2);
    for (const path of loaded) {
      expect(path).toMatch(/^\/docs\//);
      expect((await fetch("GET", path, { key: null })).status).toBe(200);
    }
  });

  test("its policy lets it load scripts, styles and data from here alone, and no script inside the page", async () => {
    const { html, response } = await page();
    expect(response.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    expect(html).not.toMatch(/<script>|<style|\son\w+=|style=/);
  });

  test("what the page starts names no other host", () => {
    const script = readFileSync(join(ROOT, "src/console/docs.mjs"), "utf8");
    expect(script).not.toMatch(/https?:|\/\/[a-z]+\./);
    expect(script).toContain("validatorUrl: null");
  });

  test.each([
    "/docs/none.css",
    "/docs/secrets.txt",
    "/docs/..%2f..%2fwrangler.toml",
    "/docs/SWAGGER-UI.CSS",
    "/docs/.css",
  ])("%s is no file of it", async (path) => {
    const { fetch } = await page();
    const response = await fetch("GET", path, { key: null });
    expect([404, 422]).toContain(response.status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  test("a file may be kept for an hour; the page and the document may not", async () => {
    const { fetch, response } = await page();
    expect((await fetch("GET", "/docs/swagger-ui.css", { key: null })).headers.get("cache-control")).toBe(
      "public, max-age=3600",
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect((await fetch("GET", "/openapi.json", { key: null })).headers.get("cache-control")).toBe(
      "no-store",
    );
  });
});
