import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fakeEdge } from "../support/fake-edge.ts";

const ROOT = join(import.meta.dirname, "../..");
const FILES = ["/console/console.css", "/console/main.js", "/console/mark.svg", "/console/theme.js"];
const asset = async (path: string): Promise<Response> =>
  FILES.includes(path)
    ? new Response(path, { headers: { "content-type": "text/plain", etag: `"${path.length}"` } })
    : new Response("<h1>not found</h1>", { status: 404 });

const page = async () => {
  const edge = await fakeEdge({ asset });
  const response = await edge.fetch("GET", "/", { key: null });
  return { ...edge, response, html: await response.text() };
};
const policy = (response: Response): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (response.headers.get("content-security-policy") ?? "")
      .split("; ")
      .map((rule) => [rule.split(" ")[0] ?? "", rule.split(" ").slice(1).join(" ")]),
  );

describe("the Console", () => {
  test("is at home, public, and loads only files of ours, each of which is there", async () => {
    const { fetch, html, response } = await page();
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    const loaded = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path = ""]) => path);
    expect(loaded.toSorted()).toEqual(FILES);
    for (const path of loaded) expect((await fetch("GET", path, { key: null })).status).toBe(200);
  });

  test("may load, call and run nothing but what comes from here", async () => {
    const { html, response } = await page();
    const { "style-src": styles, ...others } = policy(response);
    expect(others).toEqual({
      "default-src": "'none'",
      "script-src": "'self'",
      "img-src": "'self' data:",
      "font-src": "'self'",
      "connect-src": "'self'",
      "frame-ancestors": "'none'",
      "base-uri": "'none'",
      "form-action": "'none'",
    });
    expect(styles).toMatch(/^'self' 'sha256-[A-Za-z0-9+/]{43}='$/);
    expect(html).not.toMatch(/<script>|<style|\son\w+=|style=/);
  });

  test("allows the one style of the charts' attribution, as the installed version writes it", async () => {
    const { response } = await page();
    const charts = readFileSync(
      join(ROOT, "node_modules/lightweight-charts/dist/lightweight-charts.production.mjs"),
      "utf8",
    );
    const [, style = ""] = /innerText="(a#tv-attr-logo\{[^"]*)"/.exec(charts) ?? [];
    const digest = createHash("sha256").update(style).digest("base64");
    expect(policy(response)["style-src"]).toBe(`'self' 'sha256-${digest}'`);
    expect(charts.match(/createElement\("style"\)/g)).toHaveLength(1);
  });

  test("its files are asked for again each time, and are not sent again where they did not change", async () => {
    const { fetch } = await page();
    const first = await fetch("GET", "/console/main.js", { key: null });
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    const again = await fetch("GET", "/console/main.js", { key: null, headers });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const changed = await fetch("GET", "/console/main.js", {
      key: null,
      headers: { "if-none-match": '"0"' },
    });
    expect(changed.status).toBe(200);
  });

  test.each(["/console/none.css", "/console/main.ts", "/console/..%2f..%2fwrangler.toml"])(
    "%s is no file of it",
    async (path) => {
      const { fetch } = await page();
      const response = await fetch("GET", path, { key: null });
      expect([404, 422]).toContain(response.status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    },
  );
});
