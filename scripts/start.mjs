/** `npm start`: installs what is missing, then runs start.ts on the toolchain's Node and ends with its exit code. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setUp, toolchainNode } from "./setup.mjs";

setUp();

const script = fileURLToPath(new URL("start.ts", import.meta.url));
const child = spawn(
  toolchainNode,
  ["--disable-warning=ExperimentalWarning", script, ...process.argv.slice(2)],
  { stdio: "inherit" },
);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to the whole group: forwarding it would tell the child twice.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}

child.on("error", (error) => {
  process.stderr.write(`start: ${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  // Die of the same signal, so that the caller's shell sees the truth.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
