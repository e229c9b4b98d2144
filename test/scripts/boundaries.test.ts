import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boundaryFindings } from "../../scripts/boundaries.ts";
import type { Finding } from "../../scripts/findings.ts";
import { plant } from "./planted.ts";

// Each row is one rule, the file that breaks it and the import with which it does.
const VIOLATIONS: readonly (readonly [rule: string, file: string, imports: string])[] = [
  ["no-unknown-module", "src/app.ts", 'import "./nowhere.ts";'],
  ["domain-imports-nothing", "src/domain/loose.ts", 'import { z } from "zod";'],
  ["domain-imports-nothing", "src/domain/typed.ts", 'import type { q } from "../quant/q.ts";'],
  ["quant-imports-domain-only", "src/quant/loose.ts", 'import { c } from "../contracts/c.ts";'],
  ["contracts-import-domain-only", "src/contracts/loose.ts", 'import { p } from "../ports.ts";'],
  ["feeds-import-no-platform", "src/feeds/loose.ts", 'import { p } from "../ports.ts";'],
  ["core-is-pure", "actors/symbol/decide.ts", 'import { z } from "zod";'],
  ["core-is-pure", "actors/symbol/state.ts", 'import type { c } from "../../src/contracts/c.ts";'],
  ["core-is-pure", "actors/symbol/checks/size.ts", 'import { mailbox } from "../../runtime/mailbox.ts";'],
  ["escrow-is-pure", "actors/runtime/escrow/holding.ts", 'import { mailbox } from "../mailbox.ts";'],
  ["escrow-takes-message-types-only", "actors/runtime/escrow/grants.ts", 'import { r } from "../reply.ts";'],
  ["core-takes-message-types-only", "actors/symbol/apply.ts", 'import { m } from "./messages.ts";'],
  ["core-takes-message-types-only", "actors/symbol/checks/age.ts", 'import { m } from "../messages.ts";'],
  ["core-knows-no-shell-and-no-store", "actors/symbol/events.ts", 'import type { s } from "./store.ts";'],
  ["core-knows-no-shell-and-no-store", "actors/symbol/checks/x.ts", 'import { Symbol } from "../symbol.ts";'],
  ["messages-speak-contracts", "actors/tape/messages.ts", 'import { p } from "../../src/ports.ts";'],
  [
    "messages-take-runtime-types-only",
    "actors/hub/messages.ts",
    'import { m } from "../runtime/mailbox.ts";',
  ],
  ["store-keeps-what-the-core-says", "actors/tape/store.ts", 'import { p } from "../../src/ports.ts";'],
  ["runtime-knows-no-actor", "actors/runtime/loose.ts", 'import { m } from "../symbol/messages.ts";'],
  ["actors-meet-only-through-messages", "actors/tape/tape.ts", 'import { a } from "../symbol/store.ts";'],
  ["actors-see-ports-not-the-edge", "actors/tape/drain.ts", 'import { r } from "../../src/routes/r.ts";'],
  ["only-shells-and-entry-wire", "actors/tape/wire.ts", 'import { w } from "../../src/wiring.ts";'],
  [
    "routes-see-ports-not-actors",
    "src/routes/loose.ts",
    'import type { a } from "../../actors/symbol/address.ts";',
  ],
  ["routes-see-ports-not-actors", "src/http/loose.ts", 'import { d } from "../db/d.ts";'],
  [
    "routes-take-message-types-only",
    "src/routes/eager.ts",
    'import { m } from "../../actors/symbol/messages.ts";',
  ],
  ["db-only-from-the-edges", "actors/tape/query.ts", 'import { d } from "../../src/db/d.ts";'],
  ["console-talks-through-the-client", "src/console/loose.ts", 'import type { q } from "../quant/q.ts";'],
  ["client-sees-contracts-only", "src/client/loose.ts", 'import type { d } from "../domain/d.ts";'],
  ["clients-take-types-only", "src/console/eager.ts", 'import { c } from "../contracts/c.ts";'],
  ["clients-take-types-only", "src/console/eager-view.tsx", 'import { c } from "../contracts/c.ts";'],
  ["clients-take-types-only", "src/client/eager.ts", 'import { c } from "../contracts/c.ts";'],
  ["nothing-served-imports-the-client", "src/http/caller.ts", 'import { o } from "../client/o.ts";'],
  [
    "only-shells-and-entry-touch-the-platform",
    "actors/tape/loose.ts",
    'import { DurableObject } from "cloudflare:workers";',
  ],
  [
    "only-shells-and-entry-touch-the-platform",
    "src/routes/env.ts",
    'import type { env } from "cloudflare:workers";',
  ],
  ["product-ships-dependencies-only", "src/feeds/dev.ts", 'import { test } from "vitest";'],
  ["nobody-imports-tests", "scripts/loose.ts", 'import { t } from "../test/t.ts";'],
  ["product-imports-no-scripts", "src/env.ts", 'import { s } from "../scripts/s.ts";'],
  ["core-reaches-only-pure-files", "actors/symbol/bars.ts", 'import { z } from "zod";'],
];

// What the rules must allow. Every file above is beside one of these, so that a rule which matches too much is seen.
const CLEAN: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({ dependencies: { zod: "*", hono: "*" }, devDependencies: { vitest: "*" } }),
  "tsconfig.json": readFileSync("tsconfig.json", "utf8"),
  "src/domain/d.ts": 'import type { e } from "./e.ts";\nexport type d = e;',
  "src/domain/e.ts": "export type e = 1;",
  "src/quant/q.ts": 'import type { d } from "../domain/d.ts";\nexport type q = d;',
  "src/contracts/c.ts":
    'import { z } from "zod";\nimport type { d } from "../domain/d.ts";\nexport const c = z;\nexport type e = d;',
  "src/client/o.ts": 'import type { c } from "../contracts/c.ts";\nexport const o = (one: typeof c) => one;',
  "src/db/d.ts": 'import { z } from "zod";\nexport const d = z;',
  "src/ports.ts":
    'import type { m } from "../actors/symbol/messages.ts";\nexport const p = 1;\nexport type o = typeof m;',
  "src/wiring.ts":
    'import { env } from "cloudflare:workers";\nimport { d } from "./db/d.ts";\nexport const w = [env, d];',
  "src/worker.ts": 'export { Symbol } from "../actors/symbol/symbol.ts";\nexport { w } from "./wiring.ts";',
  "src/routes/r.ts":
    'import { Hono } from "hono";\nimport type { m } from "../../actors/symbol/messages.ts";\nimport { c } from "../contracts/c.ts";\nexport const r = [Hono, c];\nexport type s = typeof m;',
  "actors/runtime/mailbox.ts":
    'import type { d } from "../../src/domain/d.ts";\nexport const mailbox = 1;\nexport type e = d;',
  "actors/runtime/reply.ts": "export const r = 1;",
  "actors/runtime/escrow/amounts.ts":
    'import type { d } from "../../../src/domain/d.ts";\nimport type { r } from "../reply.ts";\nexport const n = 1;\nexport type e = d | typeof r;',
  "actors/symbol/address.ts": "export const a = 1;",
  "actors/symbol/messages.ts":
    'import { z } from "zod";\nimport { c } from "../../src/contracts/c.ts";\nexport const m = [z, c];',
  "actors/symbol/store.ts": 'import { mailbox } from "../runtime/mailbox.ts";\nexport const s = mailbox;',
  "actors/symbol/symbol.ts":
    'import { DurableObject } from "cloudflare:workers";\nimport { p } from "../../src/ports.ts";\nimport { w } from "../../src/wiring.ts";\nimport { s } from "./store.ts";\nexport class Symbol extends DurableObject {}\nexport const all = [p, w, s];',
  "actors/lane/decide.ts":
    'import type { q } from "../../src/quant/q.ts";\nimport { n as escrow } from "../runtime/escrow/amounts.ts";\nimport { size } from "./checks/size.ts";\nimport { fold } from "./fold.ts";\nimport type { m } from "./messages.ts";\nexport const decide = [escrow, size, fold];\nexport type n = q | typeof m;',
  "actors/lane/checks/size.ts":
    'import type { state } from "../state.ts";\nexport const size = 1;\nexport type n = state;',
  "actors/lane/fold.ts":
    'import type { d } from "../../src/domain/d.ts";\nexport const fold = 1;\nexport type e = d;',
  "actors/lane/state.ts": "export type state = 1;",
  "actors/lane/messages.ts": 'import { a } from "../symbol/address.ts";\nexport const m = a;',
  "src/console/main.tsx":
    'import { test } from "vitest";\nimport type { e } from "../contracts/c.ts";\nexport const main = test;\nexport type f = e;',
  "scripts/s.ts": 'import { d } from "../src/db/d.ts";\nexport const s = d;',
  "test/t.ts":
    'import { d } from "../src/db/d.ts";\nimport { expect } from "vitest";\nexport const t = [d, expect];',
};

const PLANTED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    VIOLATIONS.map(([, file, imports]) => [file, `${imports}\nexport const planted = 1;\n`]),
  ),
  "actors/symbol/decide.ts":
    'import { z } from "zod";\nimport { bars } from "./bars.ts";\nexport const d = [z, bars];',
  "src/quant/chicken.ts": 'import { egg } from "./egg.ts";\nexport const chicken = egg;',
  "src/quant/egg.ts": 'import { chicken } from "./chicken.ts";\nexport const egg = chicken;',
};

let clean: Finding[] = [];
let red: Finding[] = [];
const projects = [plant(CLEAN), plant({ ...CLEAN, ...PLANTED })] as const;

beforeAll(async () => {
  clean = await boundaryFindings(projects[0].root);
  red = await boundaryFindings(projects[1].root);
});
afterAll(() => {
  for (const { remove } of projects) remove();
});

describe("the import boundaries", () => {
  test("find nothing in a project that keeps them", () => {
    expect(clean).toEqual([]);
  });

  test.each(VIOLATIONS)("turn red on %s in %s", (rule, file) => {
    expect(red.filter((finding) => finding.file === file).map((finding) => finding.rule)).toContain(rule);
  });

  test("turn red on a cycle", () => {
    expect(red.filter(({ rule }) => rule === "no-cycles").map(({ message }) => message)).toEqual([
      expect.stringMatching(/^imports src\/quant\/(chicken|egg)\.ts$/),
    ]);
  });

  test("have a planted violation for every rule", () => {
    const { forbidden } = createRequire(import.meta.url)("../../scripts/boundaries.cjs");
    const planted = new Set([...VIOLATIONS.map(([rule]) => rule), "no-cycles"]);
    for (const { name } of forbidden) expect(planted).toContain(name);
  });

  test("find fault only where a violation was planted", () => {
    const files = new Set([...VIOLATIONS.map(([, file]) => file), ...Object.keys(PLANTED)]);
    expect(red.filter(({ file }) => !files.has(file))).toEqual([]);
  });
});
