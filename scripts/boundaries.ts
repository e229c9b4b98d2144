/** Runs the import rules of boundaries.cjs with dependency-cruiser: `node scripts/boundaries.ts [root]`. */
import { existsSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { join, resolve } from "node:path";
import type { ICruiseResult, IModule } from "dependency-cruiser";
import { type Finding, printFindings } from "./findings.ts";

const FOLDERS = ["src", "actors", "test", "scripts"];

/** Every forbidden import below `root`. An empty list means that modules were seen and each kept the rules. */
export async function boundaryFindings(root: string): Promise<Finding[]> {
  const result = await cruiseFolder(root);
  if (!result.modules.some(({ source, dependencies }) => source.endsWith(".ts") && dependencies.length > 0)) {
    throw new Error("dependency-cruiser saw no import in any .ts file: its TypeScript is missing");
  }
  const direct = result.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    file: from,
    message: `imports ${to}`,
  }));
  return [...direct, ...impureReach(result.modules)];
}

async function cruiseFolder(root: string): Promise<ICruiseResult> {
  useTypeScript6();
  const { cruise } = await import("dependency-cruiser");
  const extractTsConfig = (await import("dependency-cruiser/config-utl/extract-ts-config")).default;
  const { forbidden, options } = createRequire(import.meta.url)("./boundaries.cjs");
  const { output } = await cruise(
    FOLDERS.filter((folder) => existsSync(join(root, folder))),
    { ...options, baseDir: root, validate: true, ruleSet: { forbidden } },
    {},
    { tsConfig: extractTsConfig(join(root, "tsconfig.json")) },
  );
  if (typeof output === "string") throw new Error("dependency-cruiser answered text instead of a result");
  return output;
}

// TypeScript 7 has no JavaScript API; dependency-cruiser asks for `typescript` and without it reads no .ts file.
function useTypeScript6(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier.replace(/^typescript(?=\/package\.json$|$)/, "typescript-6"), context),
  });
}

const CORE = /^actors\/(?!runtime\/)[^/]+\/(?:(?:state|events|decide|apply)\.ts$|checks\/)/;
// Files with rules of their own: boundaries.cjs already keeps the core from them.
const OTHER_ROLE = /^actors\/([^/]+)\/(?:messages|store|\1)\.ts$/;
const PURE = /^(?:src\/(?:domain|quant)\/|actors\/runtime\/(?:bounds\.ts$|escrow\/))/;

/** A file beside the core that the core calls is bound by the core's rules too, however long the way. */
function impureReach(modules: readonly IModule[]): Finding[] {
  const bySource = new Map(modules.map((module) => [module.source, module]));
  const importsOf = (source: string): string[] => runningImports(bySource.get(source));
  const reached = new Set(modules.map(({ source }) => source).filter((source) => CORE.test(source)));
  // A Set visits what is added while it is being walked.
  for (const source of reached) {
    for (const imported of importsOf(source)) if (sameFolder(source, imported)) reached.add(imported);
  }
  return [...reached]
    .filter((source) => !CORE.test(source))
    .flatMap((source) =>
      importsOf(source)
        .filter((imported) => !sameFolder(source, imported))
        .map((imported) => ({
          rule: "core-reaches-only-pure-files",
          file: source,
          message: `imports ${imported}`,
        })),
    );
}

function runningImports(module: IModule | undefined): string[] {
  return (module?.dependencies ?? [])
    .filter(({ dependencyTypes }) => !dependencyTypes.includes("type-only"))
    .map(({ resolved }) => resolved)
    .filter((resolved) => !PURE.test(resolved) && !OTHER_ROLE.test(resolved));
}

const actorOf = (path: string): string | undefined => /^actors\/[^/]+\//.exec(path)?.[0];
const sameFolder = (one: string, other: string): boolean =>
  actorOf(one) !== undefined && actorOf(one) === actorOf(other);

if (import.meta.main) {
  const findings = await boundaryFindings(resolve(process.argv[2] ?? "."));
  process.exitCode = printFindings("boundaries", findings);
}
