/** The Worker as one ES module, made as `celld deploy` itself would make it, with what leads from its lines to ours. */
import { SourceMap } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

export type Place = { readonly file: string; readonly line: number };
export type Bundle = {
  readonly text: string;
  /** Where a position of the bundle (both counted from 0) was written. */
  readonly placeOf: (line: number, column: number) => Place;
  /** Packages of which something is left in the bundle. */
  readonly packages: ReadonlySet<string>;
};

/** What every host gives a Worker to import. */
export const HOST_MODULE = "cloudflare:workers";

export async function bundleWorker(root: string, main: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [main],
    outfile: "worker.js",
    ...{ bundle: true, write: false, metafile: true, sourcemap: "external" },
    // Built-in modules of any host stay as they are written: the check below names them.
    ...{ format: "esm", platform: "browser", external: ["cloudflare:*", "node:*"] },
    ...{ target: "es2024", conditions: ["workerd", "worker", "browser"] },
    logLevel: "silent",
  });
  const textOf = (ending: string): string =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  const [output] = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint !== undefined);
  const map = new SourceMap(JSON.parse(textOf(".js.map")));
  return {
    text: textOf(".js"),
    placeOf: (line, column) => placeIn(map, line, column),
    packages: new Set(
      Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) => {
        const name = packageOf(path);
        return name === undefined || bytesInOutput === 0 ? [] : [name];
      }),
    ),
  };
}

function placeIn(map: SourceMap, line: number, column: number): Place {
  const entry = map.findEntry(line, column);
  return "originalSource" in entry
    ? { file: join(entry.originalSource), line: entry.originalLine + 1 }
    : { file: "worker.js", line: line + 1 };
}

/** The package that a file is of; undefined for our own. */
export const packageOf = (path: string): string | undefined =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
