/**
 * What venues sum up of the nearest levels, to be compared with our own copy: CRC-32 (IEEE) of a text of prices and sizes.
 * Kraken: https://docs.kraken.com/api/docs/guides/spot-ws-book-v2 · OKX: https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
 */
import { decimalText } from "../../domain/decimal.ts";
import type { BookSide, BookView } from "./book.ts";

export const CHECKSUM_KINDS = ["kraken", "okx"] as const;

export type Checksum =
  | {
      readonly kind: "kraken";
      readonly value: number;
      /** Decimals in which the venue writes prices and sizes of this pair. */
      readonly priceDecimals: number;
      readonly sizeDecimals: number;
    }
  | { readonly kind: "okx"; readonly value: number };

export type Scales = { readonly priceScale: number; readonly sizeScale: number };

/** So many of each side are in the sum. */
const KRAKEN_LEVELS = 10;
const OKX_LEVELS = 25;

export function isSummed(book: BookView, checksum: Checksum, scales: Scales): boolean {
  const text = checksum.kind === "kraken" ? krakenText(book, checksum, scales) : okxText(book, scales);
  return crc32(text) === checksum.value >>> 0;
}

/** Asks, then bids: digits of price and size without the point and without zeros before them. */
function krakenText(
  book: BookView,
  { priceDecimals, sizeDecimals }: Extract<Checksum, { kind: "kraken" }>,
  { priceScale, sizeScale }: Scales,
): string {
  const priceText = (price: number) => digits(price, priceDecimals - priceScale);
  const sizeText = (size: number) => digits(size, sizeDecimals - sizeScale);
  const sideText = ({ prices, sizes }: BookSide) =>
    prices.map((price, at) => priceText(price) + sizeText(sizes[at] ?? 0)).join("");
  return sideText(book.levels("asks", KRAKEN_LEVELS)) + sideText(book.levels("bids", KRAKEN_LEVELS));
}

/** At the venue's decimals: our own scale may have more, which are zeros then, or fewer. */
function digits(integer: number, more: number): string {
  const text = String(integer);
  return more >= 0 ? text + "0".repeat(more) : text.slice(0, more);
}

/** `bid:size:ask:size` of each rank; where one side ends before the other, the rest of the other alone. Numbers without zeros at their end. */
function okxText(book: BookView, { priceScale, sizeScale }: Scales): string {
  const bids = book.levels("bids", OKX_LEVELS);
  const asks = book.levels("asks", OKX_LEVELS);
  const parts: string[] = [];
  for (let rank = 0; rank < OKX_LEVELS; rank++)
    for (const { prices, sizes } of [bids, asks]) {
      const price = prices[rank];
      const size = sizes[rank];
      if (price !== undefined && size !== undefined)
        parts.push(decimalText(price, priceScale), decimalText(size, sizeScale));
    }
  return parts.join(":");
}

/** Of ASCII text. */
export function crc32(text: string): number {
  let rest = 0xffffffff;
  for (let at = 0; at < text.length; at++)
    rest = (CRC_TABLE[(rest ^ text.charCodeAt(at)) & 0xff] ?? 0) ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}

/** Each of the 256 bytes through the reversed polynomial 0x04C11DB7. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});
