/** Limit of [ticks-batch]: the body is parsed and grouped by symbol, and each symbol's bare object gets an empty call. */
import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

type Env = { readonly BARE: DurableObjectNamespace<Bare>; readonly REPLY: string };

export class Bare extends DurableObject<Env> {
  async empty(): Promise<void> {}
}

const app = new Hono<{ Bindings: Env }>();
app.post("/v1/ticks", async (c) => {
  const { ticks } = JSON.parse(await c.req.text()) as { ticks: { symbol: string }[] };
  const groups = Map.groupBy(ticks, ({ symbol }) => symbol);
  await Promise.all([...groups.keys()].map((symbol) => c.env.BARE.getByName(symbol).empty()));
  return new Response(c.env.REPLY, { headers: { "content-type": "application/json" } });
});
export default app;
