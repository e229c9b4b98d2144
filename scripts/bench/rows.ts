/** Every row of the table, in its order. */
import type { Bench } from "./context.ts";
import { accounts } from "./rows/accounts.ts";
import { archive } from "./rows/archive.ts";
import { barsRead } from "./rows/bars-read.ts";
import { book } from "./rows/book.ts";
import { decide, riskDecide } from "./rows/decide.ts";
import { escrow } from "./rows/escrow.ts";
import { fanIn } from "./rows/fan-in.ts";
import { fanOut } from "./rows/fan-out.ts";
import { fills } from "./rows/fills.ts";
import { indicators } from "./rows/indicators.ts";
import { itty } from "./rows/itty.ts";
import { late } from "./rows/late.ts";
import { m2m } from "./rows/m2m.ts";
import { memory } from "./rows/memory.ts";
import { orderHttp } from "./rows/order-http.ts";
import { orderWs } from "./rows/order-ws.ts";
import { ordersBatch } from "./rows/orders-batch.ts";
import { priceHub } from "./rows/price-hub.ts";
import { resume } from "./rows/resume.ts";
import { risk } from "./rows/risk.ts";
import { split } from "./rows/split.ts";
import { stream2000 } from "./rows/stream-2000.ts";
import { symbolsCost, symbolsCostThousand, symbolsCostWide } from "./rows/symbols-cost.ts";
import { ticksBatch } from "./rows/ticks-batch.ts";
import { ticksFiveHundred, ticksOne } from "./rows/ticks-spread.ts";
import type { Row } from "./table.ts";

export type RowPlan = {
  readonly id: string;
  /** Only with --soak. */
  readonly long?: boolean;
  readonly measure: (bench: Bench) => Promise<Row[]>;
};

export const ROWS: readonly RowPlan[] = [
  { id: "order-http", measure: orderHttp },
  { id: "order-ws", measure: orderWs },
  { id: "orders-batch", measure: ordersBatch },
  { id: "ticks-batch", measure: ticksBatch },
  { id: "ticks-1", measure: ticksOne },
  { id: "ticks-500", measure: ticksFiveHundred },
  { id: "late", measure: late },
  { id: "bars-read", measure: barsRead },
  { id: "decide", measure: decide },
  { id: "risk-decide", measure: riskDecide },
  { id: "risk", measure: risk },
  { id: "escrow", measure: escrow },
  { id: "split", measure: split },
  { id: "book", measure: book },
  { id: "indicators", measure: indicators },
  { id: "fan-out", measure: fanOut },
  { id: "stream-2000", measure: stream2000 },
  { id: "resume", long: true, measure: resume },
  { id: "archive", measure: archive },
  { id: "price-hub", measure: priceHub },
  { id: "fan-in", measure: fanIn },
  { id: "m2m", measure: m2m },
  { id: "fills", measure: fills },
  { id: "accounts", measure: accounts },
  { id: "itty", measure: itty },
  { id: "symbols-cost", measure: symbolsCost },
  { id: "symbols-cost.1000", long: true, measure: symbolsCostThousand },
  { id: "symbols-cost.10000", long: true, measure: symbolsCostWide },
  { id: "memory", long: true, measure: memory },
];
