/** Installs what is missing. Plain JavaScript without dependencies: it runs on the caller's own Node, from version 20. */
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));
const lockfile = at("package-lock.json");
// npm writes this file last, so an install that was cut off does not count as one.
const stamp = at("node_modules/.package-lock.json");

/** The toolchain's own Node, an npm package: the system's may be too old to run TypeScript. */
export const toolchainNode = at("node_modules/.bin/node");

/** Brings node_modules to what package-lock.json says, and does nothing when it is already so. */
export function setUp() {
  if (!installed()) install();
  refuseOldNode();
}

function installed() {
  if (!existsSync(stamp) || !existsSync(toolchainNode)) return false;
  return statSync(stamp).mtimeMs >= statSync(lockfile).mtimeMs;
}

function install() {
  const modules = at("node_modules");
  // npm would empty what the link leads to: the modules of another checkout.
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink())
    fail("node_modules is a link; delete it first.");
  process.stderr.write("Installing the packages of package-lock.json ...\n");
  const { status } = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: fileURLToPath(root),
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) fail("npm ci did not succeed; its own message stands above.");
}

// The install script of the package `node` links the binary; where install scripts are switched off it is missing.
function refuseOldNode() {
  const { stdout, error } = spawnSync(toolchainNode, ["--version"], { encoding: "utf8" });
  if (error !== undefined) {
    fail(
      "node_modules/.bin/node does not run. Allow the install script of the package `node` and delete node_modules.",
    );
  }
  const wanted = JSON.parse(readFileSync(at("package.json"), "utf8")).devDependencies.node;
  if (stdout.trim() !== `v${wanted}`)
    fail(`node_modules/.bin/node is ${stdout.trim()}, package.json asks for v${wanted}.`);
}

function fail(message) {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
