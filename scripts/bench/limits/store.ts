/** Limit of [fills]: a Hono route and a bare object that parses the body, keeps its bytes in one transaction and answers as many as we answer. */
import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

type Env = { readonly BARE: DurableObjectNamespace<Bare>; readonly REPLY: string };

export class Bare extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql.exec("CREATE TABLE IF NOT EXISTS kept (n INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  async keep(body: string): Promise<string> {
    JSON.parse(body);
    this.#sql.exec("INSERT INTO kept (body) VALUES (?1)", body);
    // Answered once it is on disk, as ours is.
    await this.ctx.storage.sync();
    return this.env.REPLY;
  }
}

const app = new Hono<{ Bindings: Env }>();
app.post("/keep/:name", async (c) => {
  const reply = await c.env.BARE.getByName(c.req.param("name")).keep(await c.req.text());
  return new Response(reply, { headers: { "content-type": "application/json" } });
});
export default app;
