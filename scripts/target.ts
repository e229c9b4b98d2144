/** Which platform a feed goes to: the one that flags name, or the one that runs on the data folder. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiTarget } from "./client.ts";

export type TargetFlags = {
  readonly data: string;
  readonly url?: string | undefined;
  readonly key?: string | undefined;
};

/** The flags do not say enough. */
export class TargetUnclear extends Error {
  override readonly name = "TargetUnclear";
}

export function targetOf({ url, key, data }: TargetFlags): Required<ApiTarget> {
  const running = devFileOf(data);
  const said = key ?? process.env["OUTCRY_API_KEY"];
  const apiKey = said ?? (url === undefined || url === running?.url ? running?.apiKey : undefined);
  const base = url ?? running?.url;
  if (base === undefined)
    throw new TargetUnclear(`${join(data, "dev.json")} names no running platform: start one, or give --url.`);
  if (!URL.canParse(base)) throw new TargetUnclear(`--url ${base} is no URL.`);
  if (apiKey === undefined)
    throw new TargetUnclear("an API key is needed: --key, or the variable OUTCRY_API_KEY.");
  return { url: base, apiKey };
}

function devFileOf(data: string): { readonly url: string; readonly apiKey: string } | undefined {
  const path = join(data, "dev.json");
  if (!existsSync(path)) return undefined;
  // SAFETY: npm start writes this file, and it writes both as text.
  return JSON.parse(readFileSync(path, "utf8")) as { url: string; apiKey: string };
}
