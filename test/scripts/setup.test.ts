import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const NODE_VERSION = process.version.slice(1);
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

type Clone = { readonly root: string; readonly run: (script: string, ...flags: string[]) => Outcome };
type Outcome = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly installs: number;
};

/** A clone whose `npm` is `npmScript`, which finds a working Node as toolchain-node in the clone. */
function clone(npmScript: string): Clone {
  const root = mkdtempSync(join(tmpdir(), "clone-"));
  folders.push(root);
  for (const folder of ["scripts", "bin"]) mkdirSync(join(root, folder));
  for (const script of ["setup.mjs", "start.mjs"])
    copyFileSync(`scripts/${script}`, join(root, "scripts", script));
  writeFileSync(join(root, "package.json"), JSON.stringify({ devDependencies: { node: NODE_VERSION } }));
  writeFileSync(join(root, "package-lock.json"), "{}");
  writeFileSync(
    join(root, "scripts/start.ts"),
    "console.log(process.argv.slice(2).join(' ')); process.exit(7);",
  );
  writeFileSync(join(root, "bin/npm"), `#!/bin/sh\necho "$*" >> installs\n${npmScript}\n`);
  chmodSync(join(root, "bin/npm"), 0o755);
  symlinkSync(process.execPath, join(root, "toolchain-node"));

  const run = (script: string, ...flags: string[]): Outcome => {
    rmSync(join(root, "installs"), { force: true });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "scripts", script), ...flags],
      {
        cwd: root,
        encoding: "utf8",
        env: { ...process.env, PATH: `${join(root, "bin")}:${process.env["PATH"]}` },
      },
    );
    return { code: status, out: stdout, err: stderr, installs: Number(existsSync(join(root, "installs"))) };
  };
  return { root, run };
}

const INSTALL =
  "mkdir -p node_modules/.bin && ln -sf ../../toolchain-node node_modules/.bin/node && sleep 0.02 && touch node_modules/.package-lock.json";

describe("setup", () => {
  test("lets the tests run on the Node that package.json pins", async () => {
    const { default: manifest } = await import("../../package.json", { with: { type: "json" } });
    expect(NODE_VERSION).toBe(manifest.devDependencies.node);
  });

  test("installs a fresh clone once, and then nothing", () => {
    const { run } = clone(INSTALL);
    expect(run("setup.mjs")).toMatchObject({ code: 0, installs: 1 });
    expect(run("setup.mjs")).toMatchObject({ code: 0, installs: 0 });
  });

  test("installs again when the lockfile is newer than what is installed", () => {
    const { root, run } = clone(INSTALL);
    run("setup.mjs");
    writeFileSync(join(root, "package-lock.json"), '{"changed":true}');
    expect(run("setup.mjs")).toMatchObject({ code: 0, installs: 1 });
  });

  test("ends with a clear error when npm fails", () => {
    const { code, err } = clone("exit 3").run("setup.mjs");
    expect(code).toBe(1);
    expect(err).toContain("npm ci did not succeed");
  });

  test("ends with a clear error when the install script of the toolchain's Node did not run", () => {
    const { code, err } = clone("mkdir -p node_modules && touch node_modules/.package-lock.json").run(
      "setup.mjs",
    );
    expect(code).toBe(1);
    expect(err).toContain("node_modules/.bin/node does not run");
  });

  test("hands start.ts its flags and ends with its exit code", () => {
    expect(clone(INSTALL).run("start.mjs", "--port", "8000")).toMatchObject({
      code: 7,
      out: "--port 8000\n",
    });
  });
});
