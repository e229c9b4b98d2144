/** Every row of the table, in its order. */
import type { Bench } from "./context.ts";
import { orderHttp } from "./rows/order-http.ts";
import type { Row } from "./table.ts";

export type RowPlan = {
  readonly id: string;
  /** Only with --soak. */
  readonly long?: boolean;
  readonly measure: (bench: Bench) => Promise<Row[]>;
};

export const ROWS: readonly RowPlan[] = [{ id: "order-http", measure: orderHttp }];
