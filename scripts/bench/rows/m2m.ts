/** [m2m] Marks that one strategy takes a second, with 100 and with 2,000 legs: each valued, in its candle and on disk. It is to be flat in legs. */
import type { Bench } from "../context.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";

const LEGS = [100, 2_000] as const;
const ROUNDS = 5;
/** Of a round: some tenths of a second. */
const BATCHES = 60;
/** As the Worker makes them (`marks.ts`). */
const MARKS_OF_A_BATCH = 100;

export async function m2m(bench: Bench): Promise<Row[]> {
  const actors = {
    ...{ STRATEGY: "Strategy", BARE: "BareMarks", PRICE_HUB: "PriceHub", SYMBOL: "Pricer" },
    ...{ ARCHIVER: "Archiver" },
  };
  const { url } = await bench.limit("marks.ts", actors, { LOG_LEVEL: "error" });
  const rows: Row[] = [];
  for (const legs of LEGS) {
    const told = new Map<string, number>();
    await ask(`${url}/open?name=l${legs}&legs=${legs}`);
    const rate = async (side: "ours" | "bare"): Promise<number> => {
      const from = told.get(side) ?? 0;
      told.set(side, from + BATCHES);
      const startedAt = performance.now();
      await ask(`${url}/${side}?name=l${legs}&legs=${legs}&batches=${BATCHES}&from=${from}`);
      return (BATCHES * MARKS_OF_A_BATCH * 1_000) / (performance.now() - startedAt);
    };
    const taken = await alternate(ROUNDS, { ours: () => rate("ours"), limit: () => rate("bare") });
    const [value, limit] = [median(taken.ours), median(taken.limit)];
    bench.note("m2m", `${legs} legs: ${value.toFixed(0)} marks/s, a bare object ${limit.toFixed(0)}`);
    const note = `${legs.toLocaleString("en-US")} legs, 100 marks a batch; limit: parses and keeps the same bytes`;
    rows.push({ id: legs === LEGS[0] ? "m2m" : `m2m.${legs}`, value, limit, unit: "marks/s", note });
  }
  return rows;
}

async function ask(url: string): Promise<void> {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`m2m: ${new URL(url).pathname} answered ${reply.status}`);
  await reply.text();
}
