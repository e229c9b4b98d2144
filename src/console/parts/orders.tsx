/** Orders that work. */
import { grouped } from "../figures.ts";
import { fragmentOf } from "../location.ts";
import type { OrderState } from "../shapes.ts";
import { type Field, Listing } from "./panel.tsx";

/** An account of the version before names neither. */
type Shown = OrderState & { readonly strategy?: string | null; readonly adjusted?: readonly string[] };

const FIELDS: readonly Field<Shown>[] = [
  {
    name: "Order",
    cell: ({ clientOrderId, adjusted = [] }) => (
      <>
        <code>{clientOrderId}</code>
        {adjusted.length === 0 ? null : (
          <span class="badge warn" title={`A corporate action changed it: ${adjusted.join(", ")}`}>
            adjusted
          </span>
        )}
      </>
    ),
  },
  {
    name: "Symbol",
    cell: ({ symbol, strategy = null }) => (
      <>
        <a href={fragmentOf("symbols", symbol)}>{symbol}</a>
        {strategy === null ? null : <span class="muted below">{strategy}</span>}
      </>
    ),
  },
  { name: "Side", cell: ({ side }) => side },
  { name: "Remaining", number: true, cell: ({ remainingQty }) => grouped(remainingQty) },
  { name: "Qty", number: true, cell: ({ qty }) => grouped(qty) },
  { name: "Price", number: true, cell: ({ price }) => (price === null ? "market" : grouped(price)) },
  { name: "Reserved", number: true, cell: ({ reservedNotional }) => grouped(reservedNotional) },
];

export const OrderTable = ({ orders }: { orders: readonly OrderState[] }) => (
  <Listing label="Working orders" fields={FIELDS} items={orders} keyOf={({ orderId }) => orderId} />
);
