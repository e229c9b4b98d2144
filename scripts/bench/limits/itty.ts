/** The Worker of [itty]: an order by HTTP to an object on itty-durable, written as its README shows. It checks two limits and reserves. */
import { Hono } from "hono";
import { createDurable } from "itty-durable/itty-durable.js";
import { proxyDurable } from "itty-durable/proxy-durable.js";

type Env = { readonly ITTY: DurableObjectNamespace; readonly REPLY: string };
type Order = { readonly clientOrderId: string; readonly qty: string; readonly price: string };

/** Orders that the object remembers: all state is written anew after each call, so more would be unfair to it. */
const REMEMBERED_MAX = 100;

export class Itty extends createDurable({ autoPersist: true }) {
  orders: Record<string, string> = {};
  gross = 0;

  order(body: string): { accepted: boolean } {
    const order = JSON.parse(body) as Order;
    if (this.orders[order.clientOrderId] !== undefined) return { accepted: true };
    const notional = Number(order.qty) * Number(order.price);
    if (notional > 1_000_000 || this.gross + notional > 1e11) return { accepted: false };
    this.gross += notional;
    this.orders[order.clientOrderId] = order.qty;
    const [oldest] = Object.keys(this.orders);
    if (Object.keys(this.orders).length > REMEMBERED_MAX && oldest !== undefined) delete this.orders[oldest];
    return { accepted: true };
  }
}

const app = new Hono<{ Bindings: Env }>();
app.post("/order/:name", async (c) => {
  const object: Pick<Itty, "order"> = proxyDurable(c.env.ITTY, { parse: true }).get(c.req.param("name"));
  const { accepted } = await object.order(await c.req.text());
  return new Response(accepted ? c.env.REPLY : "{}", { headers: { "content-type": "application/json" } });
});
export default app;
