import { afterAll, describe, expect, test } from "vitest";
import type { Finding } from "../../scripts/findings.ts";
import { tidyFindings } from "../../scripts/tidy.ts";
import { plant } from "./planted.ts";

type Files = Readonly<Record<string, string>>;

const README = [
  "# Planted",
  "```",
  "npm start",
  "```",
  "```",
  "src/               the edge",
  "  routes/          one file per resource",
  "actors/            one folder each",
  "  runtime/ lane/   bricks, and an actor",
  "scripts/ test/     tools and tests",
  "```",
].join("\n");

const PACKAGE = {
  dependencies: { zod: "4.6.7" },
  devDependencies: { "typescript-6": "npm:typescript@6.0.3" },
};
const LOCK = {
  packages: {
    "node_modules/tool": { version: "1.0.0", optionalDependencies: { "tool-linux": "1.0.0" } },
    "node_modules/tool-linux": { version: "1.0.0" },
  },
};

const CLEAN: Files = {
  "README.md": README,
  "package.json": JSON.stringify(PACKAGE),
  "package-lock.json": JSON.stringify(LOCK),
  "src/worker.ts": [
    'import { lane } from "../actors/lane/lane.ts";',
    'import type { Lane } from "./routes/lanes.ts";',
    "// A venue sends at most forty.",
    "export const ORDERS_MAX = 40;",
    "const ORDERS_MIN = 1;",
    "const WAIT_MS = 250; // Twice the slowest reply that was measured.",
    "const DAY_MS = 86_400_000;",
    "// TODO(edge): drop this when every caller sends version 2.",
    "export const all = [lane, ORDERS_MIN, WAIT_MS, DAY_MS];",
    "export type One = Lane;",
  ].join("\n"),
  "src/routes/lanes.ts": "export type Lane = 1;\n".repeat(80),
  "actors/runtime/clock.ts": "export const clock = 1;\n",
  "actors/lane/README.md": "# Lane\n",
  "actors/lane/address.ts": "export const address = 1;\n",
  "actors/lane/messages.ts": 'import { address } from "./address.ts";\nexport const messages = address;\n',
  "actors/lane/decide.ts": 'import { clock } from "../runtime/clock.ts";\nexport const decide = clock;\n',
  "actors/lane/lane.ts": `import "./messages.ts";\nimport { decide } from "./decide.ts";\n${"\n".repeat(147)}export const lane = decide;\n`,
  "scripts/start.ts": "export const start = 1;\n".repeat(300),
  "test/actors/lane/decide.test.ts": 'import "../../../actors/lane/decide.ts";\n',
};

// What must not be spelled in one piece, or this file would break the rules that it tests.
const [host, promise, home] = ["registry.npm" + "js.org", "TO" + "DO", "/ho" + "me/someone"];

const lines = (count: number): string => "export {};\n".repeat(count);
const without = (path: string): Files =>
  Object.fromEntries(Object.entries(CLEAN).filter(([key]) => key !== path));
const withFile = (path: string, text: string): Files => ({ ...CLEAN, [path]: text });
const withLock = (locked: object): Files =>
  withFile("package-lock.json", JSON.stringify({ packages: { ...LOCK.packages, ...locked } }));

// Each row is one rule, where it must be found, and the project that breaks it there and nowhere else.
const VIOLATIONS: readonly (readonly [rule: string, file: string, files: Files])[] = [
  ["file-lines", "scripts/long.ts", withFile("scripts/long.ts", lines(301))],
  ["file-lines", "test/long.test.ts", withFile("test/long.test.ts", lines(301))],
  [
    "shell-lines",
    "actors/lane/lane.ts",
    withFile("actors/lane/lane.ts", `${CLEAN["actors/lane/lane.ts"]}\n`),
  ],
  ["route-lines", "src/routes/lanes.ts", withFile("src/routes/lanes.ts", lines(81))],
  ["actor-folder", "actors/lane/README.md", without("actors/lane/README.md")],
  ["actor-folder", "actors/lane/address.ts", without("actors/lane/address.ts")],
  ["actor-folder", "actors/lane/messages.ts", without("actors/lane/messages.ts")],
  ["actor-folder", "actors/lane/lane.ts", without("actors/lane/lane.ts")],
  ["decide-is-tested", "actors/lane/decide.ts", without("test/actors/lane/decide.test.ts")],
  ["limit-has-a-reason", "scripts/a.ts", withFile("scripts/a.ts", "export const ROWS_MAX = 10;\n")],
  ["limit-has-a-reason", "scripts/b.ts", withFile("scripts/b.ts", "/** A file. */\nconst RETRY_MS = 10;\n")],
  ["limit-has-a-reason", "scripts/c.ts", withFile("scripts/c.ts", "// Far.\n\nconst BODY_BYTES = 10;\n")],
  ["limit-has-a-reason", "scripts/d.ts", withFile("scripts/d.ts", "const WAIT_MS_MIN = 10;\n")],
  ["promise-has-an-owner", "scripts/e.ts", withFile("scripts/e.ts", `// ${promise}: later\n`)],
  ["promise-has-an-owner", "docs/e.md", withFile("docs/e.md", `${promise} someone: later\n`)],
  ["no-registry-host", "scripts/f.ts", withFile("scripts/f.ts", `const from = "https://${host}/zod";\n`)],
  ["no-registry-host", ".npmrc", withFile(".npmrc", `registry=https://${host}/\n`)],
  ["no-machine-path", "scripts/g.ts", withFile("scripts/g.ts", `const data = "${home}/data";\n`)],
  ["no-dead-file", "src/lost.ts", withFile("src/lost.ts", "export const lost = 1;\n")],
  [
    "no-dead-file",
    "src/console/lost.tsx",
    withFile("src/console/lost.tsx", "export const lost = <p>1</p>;\n"),
  ],
  [
    "no-dead-file",
    "actors/runtime/clock.ts",
    withFile("actors/lane/decide.ts", "export const decide = 1;\n"),
  ],
  ["folder-map", "README.md", withFile("README.md", "# No map\n")],
  ["folder-map", "README.md", withFile("README.md", README.replace("runtime/ lane/ ", "runtime/ "))],
  [
    "folder-map",
    "README.md",
    withFile("README.md", README.replace("scripts/ test/", "scripts/ gone/ test/")),
  ],
  ["folder-map", "README.md", withFile("docs/guide.md", "# Guide\n")],
  ["exact-version", "package.json", withFile("package.json", '{"dependencies":{"zod":"^4.6.7"}}')],
  ["exact-version", "package.json", withFile("package.json", '{"devDependencies":{"pg":"*"}}')],
  [
    "lockfile-names-no-host",
    "package-lock.json",
    withLock({ "node_modules/a": { resolved: "https://host.test/a" } }),
  ],
  [
    "lockfile-is-whole",
    "package-lock.json",
    withLock({ "node_modules/b": { optionalDependencies: { c: "1.0.0" } } }),
  ],
];

const planted: (() => void)[] = [];
function findingsIn(files: Files): Finding[] {
  const { root, remove } = plant(files);
  planted.push(remove);
  return tidyFindings(root);
}

afterAll(() => {
  for (const remove of planted) remove();
});

describe("tidy", () => {
  test("finds nothing in a tidy project", () => {
    expect(findingsIn(CLEAN)).toEqual([]);
  });

  test("asks for no folder map before there is a README", () => {
    expect(findingsIn(without("README.md"))).toEqual([]);
  });

  test.each(VIOLATIONS)("turns red on %s in %s", (rule, file, files) => {
    expect(findingsIn(files).map((finding) => [finding.rule, finding.file])).toContainEqual([rule, file]);
  });
});
