/** `npm run bench`: each figure beside its limit. See bench/README.md for what is measured and how to read it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildProduct, type Product } from "./bench/bundle.ts";
import { limitWorkers } from "./bench/context.ts";
import { MirrorStub } from "./bench/mirror-stub.ts";
import { Platform } from "./bench/platform.ts";
import { ROWS, type RowPlan } from "./bench/rows.ts";
import { type Row, rowObject, tableText } from "./bench/table.ts";

const USAGE = `usage: npm run bench -- [--only ID,ID] [--soak] [--json FILE] [--port 18700]

  --only ID,ID  these rows alone: ${ROWS.map(({ id }) => id).join(", ")}
  --soak        the long rows too
  --json FILE   write {"rows": [{id, value, unit, limit, ratio, target}]}
  --port N      the first of a few ports on 127.0.0.1
`;

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    soak: { type: "boolean", default: false },
    json: { type: "string" },
    port: { type: "string", default: "18700" },
    inspect: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (flags.help) process.stdout.write(USAGE);
else await main();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "outcry-bench-"));
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const rows: Row[] = [];
  try {
    say("bench: building the Worker");
    const product = await buildProduct(join(folder, "product"));
    const only = flags.only?.split(",");
    for (const row of ROWS) {
      const { id, long = false } = row;
      if (only === undefined ? long && !flags.soak : !only.includes(id)) continue;
      const startedAt = performance.now();
      rows.push(...(await measured(row, product, join(folder, id), say)));
      say(`bench: ${id} took ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(tableText(rows));
  if (flags.json !== undefined)
    writeFileSync(flags.json, `${JSON.stringify({ rows: rows.map(rowObject) }, null, 2)}\n`);
}

/** Each row has a platform of its own, fresh and on a disk of its own. */
async function measured(
  { measure }: RowPlan,
  product: Product,
  folder: string,
  say: (text: string) => void,
): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const port = Number(flags.port);
  const mirror = await MirrorStub.start();
  const workers = limitWorkers(product, folder, port + 1);
  const { databaseUrl } = mirror;
  const inspector = flags.inspect === undefined ? {} : { inspectorPort: Number(flags.inspect) };
  const platform = await Platform.start({ product, folder, port, databaseUrl, ...inspector });
  try {
    const note = (row: string, text: string): void => say(`bench: ${row}: ${text}`);
    return await measure({ platform, product, folder, port: port + 10, limit: workers.limit, note });
  } finally {
    await platform.workerd.stop();
    await workers.stopAll();
    mirror.stop();
  }
}
