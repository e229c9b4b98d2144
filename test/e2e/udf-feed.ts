/** The feed of the built product as it comes over the wire: statuses, texts, and the columns of bars with every digit. */
import type { ChartRow } from "./udf-market.ts";

export type Reply = {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
};
export type HistoryReply = {
  readonly s: string;
  readonly nextTime?: number;
  readonly rows: readonly ChartRow[];
};

const COLUMNS = ["t", "o", "h", "l", "c", "v"] as const;

export class Feed {
  readonly base: string;

  constructor(url: string, key: string) {
    this.base = `${url}/udf/k/${key}`;
  }

  async get(path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(`${this.base}/${path}`, init);
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text) };
  }

  async history(
    symbol: string,
    resolution: string,
    query: Readonly<Record<string, number>>,
  ): Promise<HistoryReply> {
    const given = new URLSearchParams({ symbol, resolution });
    for (const [name, value] of Object.entries(query)) given.set(name, String(value));
    const { text, body } = await this.get(`history?${given}`);
    return { ...(body as { s: string; nextTime?: number }), rows: body["s"] === "ok" ? rowsIn(text) : [] };
  }
}

/** Read from the text: parsing the numbers would round away what is to be seen. */
function rowsIn(text: string): ChartRow[] {
  const columns = COLUMNS.map(
    (name) => new RegExp(`"${name}":\\[([^\\]]*)\\]`).exec(text)?.[1]?.split(",") ?? [],
  );
  return (columns[0] ?? []).map((time, index) => {
    const [, o = "", h = "", l = "", c = "", v = ""] = columns.map((column) => column[index]);
    return { t: Number(time), o, h, l, c, v };
  });
}
