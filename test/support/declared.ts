/** Every declared call of the public API, found in src/contracts itself: what is added there is in every walk. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Endpoint } from "../../src/contracts/endpoint.ts";

const FOLDER = join(import.meta.dirname, "../../src/contracts");
const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === "object" && value !== null && "method" in value && "path" in value && "scope" in value;

export async function declaredEndpoints(): Promise<Endpoint[]> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".ts"));
  const modules = await Promise.all(files.map((name) => import(join(FOLDER, name))));
  return modules.flatMap((module: Record<string, unknown>) => Object.values(module).filter(isEndpoint));
}

export const labelOf = ({ method, path }: Endpoint): string => `${method} ${path}`;

/** A path that names things of the fake world, with what its query must have. */
export const pathOf = (declared: Endpoint, names: Readonly<Record<string, string>> = {}): string =>
  declared.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => names[name] ?? NAMES[name] ?? "unnamed") +
  (QUERIES[declared.path] ?? "");

const QUERIES: Readonly<Record<string, string>> = {
  "/v1/accounts/{account}/statements": "?date=2026-01-02",
  "/v1/accounts/{account}/limits/diff": "?from=1&to=2",
};

const NAMES: Readonly<Record<string, string>> = {
  symbol: "BINANCE:BTCUSDT",
  account: "main",
  firm: "acme",
  desk: "rates",
  child: "account:main",
  strategy: "carry",
  id: "acme",
  asset: "swagger-ui.css",
  gateway: "g-1",
  seq: "7",
  part: "1",
};
