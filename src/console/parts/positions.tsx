/** Positions, of an account or of a strategy. */
import { age, grouped, NOTHING } from "../figures.ts";
import { fragmentOf } from "../location.ts";
import type { Position, StrategyPosition } from "../shapes.ts";
import { Signed } from "./figures.tsx";
import { Table } from "./panel.tsx";

type PositionsProps = {
  readonly positions: readonly (Position | StrategyPosition)[];
  /** Of their money. */
  readonly currency: string;
  /** Whose they are, where they are of several strategies. */
  readonly withStrategy: boolean;
};

/** The API's own bound for a price that is stale. */
const STALE_MS = 60_000;

export function PositionTable({ positions, currency, withStrategy }: PositionsProps) {
  const columns = [
    { name: "Symbol" },
    { name: "Qty", number: true },
    { name: "Average", number: true },
    { name: "Mark", number: true },
    { name: `Notional ${currency}`, number: true },
    { name: "Unrealised", number: true },
    { name: "Realised", number: true },
    { name: "Fees", number: true },
    { name: "Price age", number: true },
  ];
  return (
    <Table label="Positions" columns={columns}>
      {positions.map((position) => (
        <tr key={`${position.symbol} ${position.strategy}`}>
          <td>
            <a href={fragmentOf("symbols", position.symbol)}>{position.symbol}</a>
            {position.strategy === null || !withStrategy ? null : (
              <span class="muted below">{position.strategy}</span>
            )}
          </td>
          <td class="number">{grouped(position.qty)}</td>
          <td class="number">{grouped(position.avgPrice)}</td>
          <td class="number">{grouped(position.marketPrice)}</td>
          <td class="number">{grouped(position.notional)}</td>
          <td class="number">
            <Signed value={position.unrealised} />
          </td>
          <td class="number">
            <Signed value={position.realised} />
          </td>
          <td class="number">{grouped(position.fees)}</td>
          <td class={`number ${(position.priceAgeMs ?? 0) > STALE_MS ? "stale" : ""}`}>
            {position.priceAgeMs === null ? NOTHING : age(position.priceAgeMs)}
          </td>
        </tr>
      ))}
    </Table>
  );
}
