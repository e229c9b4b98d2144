/** Limit of [archive]: one set-based insert of the same rows, by the same driver, in one transaction. */
import { neon, neonConfig } from "@neondatabase/serverless";

type Env = { readonly DATABASE_URL: string };
neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;

const INSERT = `INSERT INTO actor_fact (actor, seq, committed_at, kind, payload, request_id, traceparent)
SELECT r.actor, r.seq, to_timestamp(r.committed_at / 1000.0), r.kind, r.payload, r.request_id, r.traceparent
FROM json_to_recordset($1::json) AS r(actor text, seq bigint, committed_at bigint, kind text, payload text, request_id text, traceparent text)
ON CONFLICT (actor, seq, committed_at) DO NOTHING`;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const sql = neon(env.DATABASE_URL);
    await sql.transaction([sql.query(INSERT, [await request.text()])]);
    return new Response("done");
  },
};
