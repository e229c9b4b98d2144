/** The edge over a real Postgres, and over a symbol that says of its bars what the test lets it say. */
import { answer } from "../../actors/runtime/reply.ts";
import { pageBeyond } from "../../actors/symbol/bars/imported-bars.ts";
import type { BarMarks, BarQuery } from "../../actors/symbol/messages.ts";
import type { ImportReply } from "../../src/contracts/bar-import.ts";
import type { BarObject } from "../../src/contracts/bars.ts";
import type { InstrumentReply } from "../../src/contracts/instruments.ts";
import { importsOver } from "../../src/db/bar-imports.ts";
import { historyOver } from "../../src/db/history.ts";
import type { Postgres } from "../../src/db/neon.ts";
import { isResolution, RESOLUTIONS } from "../../src/domain/bar.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { type FakeEdge, fakeEdge, listed } from "./fake-edge.ts";

export type Imported = ImportReply & {
  readonly status: number;
  readonly code?: string;
  readonly detail?: string;
};
export type ImportWorld = {
  readonly edge: FakeEdge;
  /** Statements that reached Postgres, by transaction. */
  readonly asked: { transactions: number; queries: number };
  /** The symbol's own first bars, and its bars by width. */
  own: BarMarks;
  bars: Record<string, readonly { t: number }[]>;
  until: BarMarks;
  setClock(at: EpochMs): void;
  post(symbol: string, query: string, body: string, media?: string): Promise<Imported>;
  read(symbol: string, query: string): Promise<BarObject[]>;
};

/** As a symbol keeps them: they never go back. */
function later(kept: BarMarks, told: BarMarks): BarMarks {
  const marks = { ...kept };
  for (const resolution of RESOLUTIONS) {
    const [one, other] = [kept[resolution], told[resolution]];
    if (other !== undefined) marks[resolution] = Math.max(one ?? other, other);
  }
  return marks;
}

const ALL = Number.MAX_SAFE_INTEGER;

export async function importWorld(
  postgres: Postgres,
  terms: Partial<InstrumentReply>,
  now: number,
): Promise<ImportWorld> {
  const asked = { transactions: 0, queries: 0 };
  const counted: Postgres = {
    query: (statement, timeoutMs) => {
      asked.queries++;
      return postgres.query(statement, timeoutMs);
    },
    transaction: (statements, timeoutMs) => {
      asked.transactions++;
      return postgres.transaction(statements, timeoutMs);
    },
  };
  const clock = { at: now as EpochMs, now: () => clock.at };
  const edge: FakeEdge = await fakeEdge({
    imports: importsOver(counted, () => {}, clock),
    history: historyOver(counted, () => {}, clock),
    answers: {
      "instrumentDirectory.known": (_envelope: unknown, symbols: string[]) => answer(symbols),
      "instrumentDirectory.named": (_envelope: unknown, names: string[]) =>
        answer(names.map((name) => (name === "X:NONE" ? null : JSON.stringify(listed(name, terms))))),
      "symbol.importing": (_envelope: unknown, until: BarMarks) => {
        world.until = later(world.until, until);
        return answer(world.own);
      },
      "symbol.bars": (_envelope: unknown, { resolution, from = 0, to = ALL, limit }: BarQuery) => {
        const rows = (world.bars[resolution] ?? []).filter(({ t }) => t >= from && t < to).slice(-limit);
        const until = isResolution(resolution) ? world.until[resolution] : undefined;
        const own = world.bars[resolution]?.[0]?.t;
        const standing = { trimmed: undefined, own, full: rows.length >= limit };
        return answer({
          bars: rows.map((row) => JSON.stringify(row)),
          ...pageBeyond(until, { from, to }, standing),
        });
      },
    },
  });
  edge.clock.at = clock.at;
  const setClock = (at: EpochMs): void => {
    clock.at = at;
    edge.clock.at = at;
  };
  const world: ImportWorld = {
    ...{ edge, asked, own: {}, bars: {}, until: {}, setClock },
    post: async (symbol, query, body, media = "application/x-ndjson") => {
      const headers = { "content-type": media };
      const response = await edge.fetch("POST", `/v1/symbols/${symbol}/bars?${query}`, { body, headers });
      return { ...((await response.json()) as ImportReply), status: response.status };
    },
    read: async (symbol, query) => {
      const response = await edge.fetch("GET", `/v1/symbols/${symbol}/bars?${query}`);
      return ((await response.json()) as { bars: BarObject[] }).bars;
    },
  };
  return world;
}

/** A trading day of New York, and the terms of a symbol that trades there. */
export const IMPORTED = "XNYS:SPX";
export const NEW_YORK = {
  ...{ timezone: "America/New_York", session: "0930-1600:23456" },
  ...{ priceScale: 4, sizeScale: 0 },
};
export const IMPORTED_AT = Date.UTC(2024, 7, 8, 12);
/** 09:30 in New York on 6 August 2024, a Tuesday. */
export const OPEN = Date.UTC(2024, 7, 6, 13, 30);
export const midnight = (date: number): number => Date.UTC(2024, 7, date, 4);

export type ImportRow = Readonly<Record<string, unknown>>;
/** Of a start, or of a date. */
export const importRow = (at: number | string, changes: ImportRow = {}): ImportRow => ({
  ...(typeof at === "number" ? { t: at } : { date: at }),
  ...{ o: "10", h: "12", l: "9", c: "11", v: "100" },
  ...changes,
});
export const importLines = (...rows: readonly ImportRow[]): string =>
  rows.map((one) => JSON.stringify(one)).join("\n");

export const importCounts = ({ accepted, inserted, revised, unchanged, kept, rejected }: Imported) => ({
  ...{ accepted, inserted, revised, unchanged, kept },
  rejected: rejected?.map(({ index, code }) => `${index} ${code}`),
});
