/** Puts the files of our pages into dist/assets: no page of ours loads anything from another host. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type BuildOptions, buildSync, type OutputFile } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const SWAGGER_FILES = ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"] as const;
/** Files of the Console that are served as they are: where they lie in src/console, and their names. */
const CONSOLE_FILES = {
  "console.css": "console.css",
  "mark.svg": "mark.svg",
  "theme.mjs": "theme.js",
} as const;
/** What the page's packages ask to be kept with them. */
const LICENCES = ["lightweight-charts", "preact"] as const;

/** Answers how many bytes of scripts the Console loads before it is there. */
export function buildAssets(projectRoot = ROOT): number {
  const docs = join(projectRoot, "dist/assets/docs");
  const swagger = dirname(packageFile("swagger-ui-dist"));
  for (const name of SWAGGER_FILES) put(join(docs, name), readFileSync(join(swagger, name)));
  put(join(docs, "start.js"), readFileSync(join(projectRoot, "src/console/docs.mjs")));
  const target = join(projectRoot, "dist/assets/console");
  const [client] = bundled(join(projectRoot, "src/client/outcry.ts"), { outfile: "client.js" });
  put(join(target, "client.js"), Buffer.from(client.contents));
  return buildConsole(join(projectRoot, "src/console"), target);
}

function buildConsole(source: string, target: string): number {
  for (const [from, to] of Object.entries(CONSOLE_FILES))
    put(join(target, to), readFileSync(join(source, from)));
  put(join(target, "licences.txt"), Buffer.from(LICENCES.map(licenceOf).join("\n\n")));
  const files = bundled(join(source, "main.tsx"), {
    tsconfig: join(source, "tsconfig.json"),
    // What is imported when it is opened is a file of its own; `chunk.js` is what both need. Names stay the same: a page and its files are of one build.
    ...{ splitting: true, outdir: target, chunkNames: "[name]" },
  });
  for (const { path, contents } of files) put(path, Buffer.from(contents));
  const atOnce = files.filter(({ path }) => !path.endsWith("/seldom.js"));
  return atOnce.reduce((bytes, { contents }) => bytes + contents.byteLength, 0);
}

function bundled(entry: string, options: BuildOptions): [OutputFile, ...OutputFile[]] {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    // The browsers of the last three years, which all have what the page uses.
    ...{ bundle: true, minify: true, format: "esm", target: "es2022", write: false },
    legalComments: "eof",
    // A module is read as UTF-8, whatever it is served with; escapes would take more room.
    charset: "utf8",
    define: { "process.env.NODE_ENV": '"production"' },
    ...options,
  });
  const [first, ...others] = outputFiles ?? [];
  if (first === undefined) throw new Error(`esbuild made no bundle of ${entry}`);
  return [first, ...others];
}

const packageFile = (name: string, file = "package.json"): string =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);

const licenceOf = (name: string): string =>
  `${name}\n${"-".repeat(name.length)}\n${readFileSync(packageFile(name, "LICENSE"), "utf8")}`;

// A running Worker watches this folder and starts anew when a file of it changes: another instance must not touch it.
function put(path: string, content: Buffer): void {
  if (existsSync(path) && content.equals(readFileSync(path))) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

if (import.meta.main) {
  const bytes = buildAssets();
  process.stdout.write(`The Console's bundle has ${(bytes / 1_024).toFixed(0)} KiB.\n`);
}
