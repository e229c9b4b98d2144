/** Which symbols of the book move with one of them, and what all of those come to. Found when an order first asks, and kept until a bar closes. */
import type { Symbol } from "../../src/domain/ids.ts";
import { put, set, type Trail } from "./changes.ts";
import { type Extremes, grossOf } from "./extremes.ts";
import type { Cluster, ReturnBook } from "./return-records.ts";
import type { RiskState } from "./state.ts";

/** Each costs a look at all lines when it is made, once for a bar and a symbol that is traded. */
export const CLUSTERS_MAX = 256;

/** Gross of all symbols of the book that move with this one, with it. */
export function clusterGross(state: RiskState, center: Symbol, rho: number): bigint {
  const { returns: book } = state;
  const key = keyOf(book, center, rho);
  const known = book.clusters.get(key);
  if (known !== undefined && known.stamp === book.stamp) return known.gross;
  if (known === undefined && book.clusters.size >= CLUSTERS_MAX) book.clusters.clear();
  const members = known?.members ?? new Map<Symbol, boolean>([[center, true]]);
  const about = { center, rho, members };
  let gross = 0n;
  for (const [symbol, line] of state.symbolLines) if (isMember(book, about, symbol)) gross += grossOf(line);
  book.clusters.set(key, { ...about, gross, stamp: book.stamp });
  return gross;
}

/** The next order is mostly of the same symbol, and a text that was just put together is dear to look up. */
function keyOf(book: ReturnBook, center: Symbol, rho: number): string {
  const newest = NEWEST_KEYS.get(book);
  if (newest?.center === center && newest.rho === rho) return newest.key;
  const key = `${center} ${rho}`;
  NEWEST_KEYS.set(book, { center, rho, key });
  return key;
}
const NEWEST_KEYS = new WeakMap<
  ReturnBook,
  { readonly center: Symbol; readonly rho: number; readonly key: string }
>();

/** A line is worth something else: so are the clusters that it is in. */
export function moveClusters(
  book: ReturnBook,
  symbol: Symbol,
  before: Extremes,
  after: Extremes,
  trail: Trail | undefined,
): void {
  const { stamp: stood, clusters } = book;
  const stamp = {};
  set(book, "stamp", stamp, trail);
  const change = grossOf(after) - grossOf(before);
  for (const [key, cluster] of clusters) {
    if (cluster.stamp !== stood) continue;
    const gross = isMember(book, cluster, symbol) ? cluster.gross + change : cluster.gross;
    put(clusters, key, { ...cluster, gross, stamp }, trail);
  }
}

type About = Pick<Cluster, "center" | "rho" | "members">;

function isMember({ covariance }: ReturnBook, { center, rho, members }: About, symbol: Symbol): boolean {
  const known = members.get(symbol);
  if (known !== undefined) return known;
  const is = covariance.correlation(center, symbol) > rho;
  members.set(symbol, is);
  return is;
}
