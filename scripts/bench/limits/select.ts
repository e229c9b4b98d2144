/** Limit of [bars-read.postgres]: a page of the same bars by one plain query of the same driver, as the text that JSON makes of it. */
import { neon, neonConfig } from "@neondatabase/serverless";

type Env = { readonly DATABASE_URL: string; readonly SYMBOL: string; readonly PAGE: string };
neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;

const SELECT = `SELECT start, open, high, low, close, volume, trades, vwap, rev, state, partial FROM bar
WHERE symbol = $1 AND resolution = '1' AND start < to_timestamp($2::bigint / 1000.0) ORDER BY start DESC LIMIT $3`;

export default {
  async fetch(request: Request, { DATABASE_URL, SYMBOL, PAGE }: Env): Promise<Response> {
    const to = new URL(request.url).searchParams.get("to");
    const rows = await neon(DATABASE_URL).query(SELECT, [SYMBOL, to, PAGE]);
    return new Response(JSON.stringify(rows), { headers: { "content-type": "application/json" } });
  },
};
