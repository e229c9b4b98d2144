/** Orders that work. */
import { grouped } from "../figures.ts";
import { fragmentOf } from "../location.ts";
import type { OrderState } from "../shapes.ts";
import { type Field, Listing } from "./panel.tsx";

const FIELDS: readonly Field<OrderState>[] = [
  {
    name: "Order",
    cell: ({ clientOrderId }) => <code>{clientOrderId}</code>,
  },
  { name: "Symbol", cell: ({ symbol }) => <a href={fragmentOf("symbols", symbol)}>{symbol}</a> },
  { name: "Side", cell: ({ side }) => side },
  { name: "Remaining", number: true, cell: ({ remainingQty }) => grouped(remainingQty) },
  { name: "Qty", number: true, cell: ({ qty }) => grouped(qty) },
  { name: "Price", number: true, cell: ({ price }) => (price === null ? "market" : grouped(price)) },
  { name: "Reserved", number: true, cell: ({ reservedNotional }) => grouped(reservedNotional) },
];

export const OrderTable = ({ orders }: { orders: readonly OrderState[] }) => (
  <Listing label="Working orders" fields={FIELDS} items={orders} keyOf={({ orderId }) => orderId} />
);
