/** Starts one child that has a child of its own and says both numbers; for tests that kill this program. */
import { Children } from "../../scripts/start/children.ts";

const [cwd = ".", log = "log"] = process.argv.slice(2);
const family = `const { spawn } = require("node:child_process");
process.on("SIGTERM", () => {});
const child = spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"]);
console.log("family " + process.pid + " " + child.pid);
setInterval(() => {}, 1000);`;

const children = new Children();
children.start({
  name: "family",
  command: process.execPath,
  args: ["-e", family],
  cwd,
  logFile: log,
  take: (line) => {
    process.stdout.write(`${line}\n`);
    return false;
  },
});
await children.failed;
