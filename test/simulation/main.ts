/** `npm run test:simulation`: `--seeds 2000 --from 1`, `--seed 17 --trace`, `--load escrow`, `split` or `below`, `--bug name`, `--bugs`, `--twice`. */
import { parseArgs } from "node:util";
import { installHooks } from "./hooks.ts";
import { bugNamed } from "./planted/bugs.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    bug: { type: "string" },
    bugs: { type: "boolean", default: false },
    load: { type: "string" },
    twice: { type: "boolean", default: false },
  },
});
const bug = values.bug === undefined ? undefined : bugNamed(values.bug);
if (values.bugs) {
  const { printTable } = await import("./planted/table.ts");
  process.exit(await printTable(Number(values.seeds), Number(values.from), values.load));
}
installHooks(bug);
const { sweep } = await import("./sweep.ts");
const first = Number(values.seed ?? values.from);
const last = values.seed === undefined ? first + Number(values.seeds) - 1 : first;
process.exit(
  await sweep({ load: values.load ?? "trading", first, last, isTraced: values.trace, isTwice: values.twice }),
);
