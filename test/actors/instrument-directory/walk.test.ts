import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeInstrument } from "../../../src/domain/instrument-codec.ts";
import { DirectoryBench } from "../../support/directory-bench.ts";
import { fewOrAll } from "../../support/few-or-all.ts";

type Line = { symbol: string; status: string; tickSize: string };
type Command = { type: "put"; lines: Line[] } | { type: "hold"; symbol: string } | { type: "restart" };
type Kept = Line & { version: number; scale: number };

/** The directory as plain maps. */
class Model {
  readonly kept = new Map<string, Kept>();
  readonly held = new Set<string>();
  readonly told: string[] = [];

  accepts(line: Line): boolean {
    const fixed = this.kept.get(line.symbol)?.scale;
    return line.tickSize !== "0" && (fixed === undefined || decimals(line.tickSize) <= fixed);
  }

  put(line: Line): void {
    const before = this.kept.get(line.symbol);
    if (before?.status === line.status && before.tickSize === line.tickSize) return;
    const version = (before?.version ?? 0) + 1;
    this.kept.set(line.symbol, {
      ...line,
      version,
      scale: before?.scale ?? Math.max(4, decimals(line.tickSize)),
    });
    this.told.push(`${line.symbol} ${version} ${this.held.has(line.symbol) ? `symbol/${line.symbol}` : ""}`);
  }

  putAll(lines: readonly Line[]): boolean {
    const accepted = lines.every((line) => this.accepts(line));
    if (accepted) for (const line of lines) this.put(line);
    return accepted;
  }

  hold(symbol: string): boolean {
    if (this.kept.has(symbol)) this.held.add(symbol);
    return this.kept.has(symbol);
  }

  rows = (): string[] =>
    [...this.kept.values()]
      .map(({ symbol, version, status, scale }) => `${symbol} ${version} ${status} ${scale}`)
      .sort();
}

const decimals = (text: string): number => text.split(".")[1]?.length ?? 0;

const SYMBOLS = ["X:A", "X:B", "X:C"];
const symbol = fc.constantFrom(...SYMBOLS);
const line = fc.record({
  symbol,
  status: fc.constantFrom("active", "halted"),
  tickSize: fc.constantFrom("0.01", "0.05", "0", "0.00001"),
});
const lines = fc.uniqueArray(line, { selector: (one) => one.symbol, minLength: 1, maxLength: 3 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("put" as const), lines }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("hold" as const), symbol }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("restart" as const) }) },
);

function walk(commands: readonly Command[]): { bench: DirectoryBench; model: Model } {
  const bench = new DirectoryBench();
  const model = new Model();
  for (const one of commands) {
    if (one.type === "restart") bench.restart();
    if (one.type === "hold") expect(bench.run(bench.turns.hold(one.symbol)).ok).toBe(model.hold(one.symbol));
    if (one.type === "put") expect(bench.put(...one.lines).ok).toBe(model.putAll(one.lines));
  }
  return { bench, model };
}

test("after any puts, questions and restarts the directory holds what plain maps would, and tells each version once and in order", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      const { bench, model } = walk(commands);
      const stored = [...bench.store.find(SYMBOLS).values()].map(({ instrument }) => instrument);
      const told = bench.outbox.facts.map(({ payload, extras }) => {
        const { symbol: whose, version } = decodeInstrument(payload);
        return `${whose} ${version} ${extras.join()}`;
      });
      expect(
        stored.map((one) => `${one.symbol} ${one.version} ${one.status} ${one.priceScale}`).sort(),
      ).toEqual(model.rows());
      expect(bench.store.load().instruments).toBe(model.kept.size);
      expect(told).toEqual(model.told);
      bench.sql.close();
    }),
    { numRuns: fewOrAll(100, 300) },
  );
});
