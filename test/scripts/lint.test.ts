import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { plant } from "./planted.ts";

type Report = {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string };
  }[];
};

const nested = (depth: number): string =>
  depth === 0 ? "n += 1;" : `if (n > ${depth}) { ${nested(depth - 1)} } else { n -= 1; }`;

// Each row is one rule, the file that breaks it and how.
const VIOLATIONS: readonly (readonly [rule: string, file: string, text: string])[] = [
  ["lint/suspicious/noExplicitAny", "src/any.ts", "export const loose = (value: any): unknown => value;"],
  [
    "lint/style/noNonNullAssertion",
    "src/bang.ts",
    "export const first = (all: number[]): number => all[0]!;",
  ],
  ["lint/style/noDefaultExport", "src/default.ts", "export default 1;"],
  ["lint/performance/noBarrelFile", "src/barrel.ts", 'export { first } from "./bang.ts";'],
  ["lint/performance/noReExportAll", "src/re-export.ts", 'export * from "./bang.ts";'],
  [
    "lint/style/useImportType",
    "src/types.ts",
    'import { Bang } from "./bang.ts";\nexport type Other = Bang;',
  ],
  ["lint/style/useFilenamingConvention", "src/camelCase.ts", "export const named = 1;"],
  ["lint/suspicious/noConsole", "src/log.ts", 'console.log("x");'],
  ["lint/style/noRestrictedGlobals", "actors/lane/date.ts", "export const now = (): number => Date.now();"],
  ["lint/style/noRestrictedGlobals", "src/date.ts", "export const now = (): Date => new Date();"],
  ["lint/style/noRestrictedGlobals", "src/mark.ts", "export const now = (): number => performance.now();"],
  ["lint/style/noRestrictedGlobals", "actors/lane/tick.ts", "setInterval(() => undefined, 1);"],
  ["lint/style/noEnum", "src/enum.ts", "export enum Side { Buy, Sell }"],
  [
    "lint/style/noParameterProperties",
    "src/property.ts",
    "export class Lane { constructor(readonly key: string) {} }",
  ],
  [
    "lint/suspicious/noImportCycles",
    "src/chicken.ts",
    'import { egg } from "./egg.ts";\nexport const chicken = (): unknown => egg;',
  ],
  [
    "lint/suspicious/noFocusedTests",
    "test/only.test.ts",
    'import { test } from "vitest";\ntest.only("one", () => {});',
  ],
  [
    "lint/suspicious/noSkippedTests",
    "test/skip.test.ts",
    'import { test } from "vitest";\ntest.skip("one", () => {});',
  ],
  [
    "lint/nursery/noFloatingPromises",
    "src/float.ts",
    "const load = async (): Promise<number> => 1;\nexport const go = (): void => { load(); };",
  ],
  [
    "lint/complexity/noExcessiveLinesPerFunction",
    "src/long.ts",
    `export function long(): number {\n  let n = 0;\n${"  n += 1;\n".repeat(60)}  return n;\n}`,
  ],
  [
    "lint/complexity/noExcessiveCognitiveComplexity",
    "src/deep.ts",
    `export function deep(n: number): number {\n  ${nested(6)}\n  return n;\n}`,
  ],
  ["format", "src/wide.ts", "export const   wide = [1,2]"],
];

const CLEAN: Readonly<Record<string, string>> = {
  // Inside the project: the rules that follow imports look only below the folder that the rules were found for.
  "scripts/lint.json": readFileSync("scripts/lint.json", "utf8"),
  "src/worker.ts":
    'export { clock } from "../actors/runtime/clock.ts";\n\nexport default { fetch: (): Response => new Response() };\n',
  "actors/runtime/clock.ts": "export const clock = (): number => Date.now();\n",
  "scripts/start.ts": "console.log(new Date().toISOString());\n",
  "test/one.test.ts":
    'import { expect, test } from "vitest";\n\ntest("time passes", () => {\n  expect(performance.now()).toBeGreaterThan(0);\n});\n',
};

const clean = plant(CLEAN);
const red = plant({
  "scripts/lint.json": readFileSync("scripts/lint.json", "utf8"),
  ...Object.fromEntries(VIOLATIONS.map(([, file, text]) => [file, `${text}\n`])),
  "src/egg.ts": 'import { chicken } from "./chicken.ts";\n\nexport const egg = (): unknown => chicken;\n',
});
const found = new Map([clean, red].map(({ root }) => [root, lint(root)]));

function lint(root: string): string[] {
  const { stdout } = spawnSync(
    resolve("node_modules/.bin/biome"),
    [
      "ci",
      "--colors=off",
      "--reporter=json",
      "--max-diagnostics=none",
      "--config-path=scripts/lint.json",
      ".",
    ],
    { cwd: root, encoding: "utf8" },
  );
  const { diagnostics } = JSON.parse(stdout) as Report;
  return diagnostics.map(({ category, location }) => `${category} ${location.path}`);
}

afterAll(() => {
  clean.remove();
  red.remove();
});

describe("lint", () => {
  test("finds nothing in files that keep the rules, the exceptions included", () => {
    expect(found.get(clean.root)).toEqual([]);
  });

  test.each(VIOLATIONS)("turns red on %s in %s", (rule, file) => {
    expect(found.get(red.root)).toContain(`${rule} ${file}`);
  });
});
