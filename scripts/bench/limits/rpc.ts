/** Limit of [order-http] and [orders-batch]: a Hono route and an RPC method of a bare object, which answers the bytes that we answer. */
import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

type Env = { readonly BARE: DurableObjectNamespace<Bare>; readonly REPLY: string };

export class Bare extends DurableObject<Env> {
  async order(_body: string): Promise<string> {
    return this.env.REPLY;
  }
  async batch(body: string): Promise<string> {
    JSON.parse(body);
    return this.env.REPLY;
  }
}

const app = new Hono<{ Bindings: Env }>();
app.post("/order/:name", async (c) => {
  const reply = await c.env.BARE.getByName(c.req.param("name")).order(await c.req.text());
  return new Response(reply, { headers: { "content-type": "application/json" } });
});
app.post("/batch/:name", async (c) => {
  const reply = await c.env.BARE.getByName(c.req.param("name")).batch(await c.req.text());
  return new Response(reply, { headers: { "content-type": "application/json" } });
});
export default app;
