import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";

test("the client is one small module that needs nothing of where it runs but what browsers, Node and Deno have", async () => {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [join(import.meta.dirname, "../../src/client/outcry.ts")],
    ...{ bundle: true, minify: true, format: "esm", target: "es2022", platform: "neutral", write: false },
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((path) => !path.startsWith("src/client/"))).toEqual([]);
  const [file] = outputFiles;
  expect(file?.contents.byteLength).toBeLessThan(32_768);
  expect(file?.text).not.toMatch(/\b(?:process|Buffer|require|__dirname|Deno)\b/);
  const { Outcry } = await import(`data:text/javascript,${encodeURIComponent(file?.text ?? "")}`);
  const answers = (): Promise<Response> => Promise.resolve(Response.json({ status: "live" }));
  const outcry = new Outcry({ url: "http://here", surroundings: { fetch: answers } });
  await expect(outcry.get("/health/live")).resolves.toEqual({ status: "live" });
});
