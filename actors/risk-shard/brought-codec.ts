/** What an import brought along, as its line keeps it. */
import { type Money, money } from "../../src/domain/money.ts";

/** What a line that was imported had made by then, in its instrument's currency; of all imports of it in one trading day. */
export type Brought = {
  /** Of the newest of them. */
  readonly seq: number;
  readonly realised: Money;
  readonly unrealised: Money;
  readonly fees: Money;
};

type BroughtText = readonly [seq: number, realised: string, unrealised: string, fees: string];

export const encodeBrought = (brought: Brought | undefined): string =>
  brought === undefined
    ? ""
    : JSON.stringify([brought.seq, ...[brought.realised, brought.unrealised, brought.fees].map(String)]);

/** Nothing, of rows from before. */
export function decodeBrought(text: string): Brought | undefined {
  if (text === "") return undefined;
  // SAFETY: `encodeBrought` alone fills this column.
  const [seq, realised, unrealised, fees] = JSON.parse(text) as BroughtText;
  return {
    seq,
    realised: money(BigInt(realised)),
    unrealised: money(BigInt(unrealised)),
    fees: money(BigInt(fees)),
  };
}
