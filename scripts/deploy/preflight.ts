/**
 * What has to be true before a deployment is sent: nothing of it is, where one of these is not. Secrets are named and never
 * shown.
 */
import { faultText, type VariableFault, variableFaults } from "../../src/env.ts";
import { databaseHost, isLocalDatabase } from "./database.ts";

/** How a command of wrangler ended. */
export type Ran = { readonly code: number; readonly output: string };
export type Surroundings = {
  readonly wrangler: (args: readonly string[]) => Promise<Ran>;
  /** `vars` of wrangler.toml. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** The environment of the command, with .env. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Whether the secrets of the environment are to be sent with the code. */
  readonly sendsSecrets: boolean;
  /** Names of the migrations that the database at this address lacks; throws where it does not answer. */
  readonly pending: (databaseUrl: string) => Promise<readonly string[]>;
};
export type Preflight = { readonly refusals: readonly string[]; readonly warnings: readonly string[] };

/** Without these the edge serves nothing. */
const REQUIRED_SECRETS = ["DATABASE_URL", "CURSOR_KEY"] as const;
export const SECRETS = [...REQUIRED_SECRETS, "ROOT_KEY_SHA256", "SCRAPE_KEY_SHA256"] as const;

const LOG_IN =
  "not logged in at Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN (and CLOUDFLARE_ACCOUNT_ID) where there is no browser";

export async function preflight(here: Surroundings): Promise<Preflight> {
  const refusals = valueFaults(here).map(faultText);
  const warnings: string[] = [];
  if ((await here.wrangler(["whoami", "--json"])).code !== 0) refusals.push(LOG_IN);
  else judgeSecrets(await presentSecrets(here), here, refusals, warnings);
  await judgeDatabase(here, refusals, warnings);
  return { refusals, warnings };
}

/** What wrangler.toml and the environment say wrongly; what they do not say may stand at Cloudflare already. */
function valueFaults({ vars, variables, sendsSecrets }: Surroundings): VariableFault[] {
  const secrets = Object.fromEntries(SECRETS.map((name) => [name, variables[name]]));
  const faults = variableFaults({ ...(sendsSecrets ? secrets : {}), ...vars });
  return faults.filter(({ fault }) => fault === "malformed");
}

type Present =
  | { readonly names: ReadonlySet<string>; readonly isNew: boolean }
  | { readonly unknown: string };

async function presentSecrets({ wrangler }: Surroundings): Promise<Present> {
  const { code, output } = await wrangler(["secret", "list", "--format", "json"]);
  if (code === 0) return { names: namesIn(output), isNew: false };
  if (/Worker ".*" not found|does not exist on your account/.test(output))
    return { names: new Set(), isNew: true };
  return { unknown: output.trim().split("\n").slice(0, 3).join(" ") };
}

function namesIn(output: string): Set<string> {
  const list = output.slice(output.indexOf("["), output.lastIndexOf("]") + 1);
  const entries = JSON.parse(list) as { name: string }[]; // SAFETY: what wrangler prints for a Worker that is there.
  return new Set(entries.map(({ name }) => name));
}

function judgeSecrets(present: Present, here: Surroundings, refusals: string[], warnings: string[]): void {
  if ("unknown" in present) {
    refusals.push(`wrangler could not list the secrets of the Worker: ${present.unknown}`);
    return;
  }
  const sent = (name: string): boolean => here.sendsSecrets && here.variables[name] !== undefined;
  const missing = REQUIRED_SECRETS.filter((name) => !present.names.has(name) && !sent(name));
  if (missing.length > 0) refusals.push(missingText(missing, here));
  if (!present.names.has("ROOT_KEY_SHA256") && !sent("ROOT_KEY_SHA256") && present.isNew)
    warnings.push("no ROOT_KEY_SHA256: nobody will be able to make the first API key");
}

function missingText(names: readonly string[], { sendsSecrets }: Surroundings): string {
  const are = names.length === 1 ? "a secret is" : "secrets are";
  const how = sendsSecrets
    ? `set ${names.join(" and ")} in .env (see .env.example)`
    : `${names.map((name) => `\`npx wrangler secret put ${name}\``).join(", ")}, or write them to .env (see .env.example) and run \`npm run deploy -- --secrets\``;
  return `${are} missing: ${names.join(", ")}. ${how}`;
}

async function judgeDatabase(here: Surroundings, refusals: string[], warnings: string[]): Promise<void> {
  const url = here.variables["DATABASE_URL"];
  if (url === undefined) {
    warnings.push(
      "DATABASE_URL is not in the environment: whether the migrations have run was not looked at",
    );
    return;
  }
  if (variableFaults({ DATABASE_URL: url }).some(({ name }) => name === "DATABASE_URL")) {
    if (!here.sendsSecrets) refusals.push(faultText({ name: "DATABASE_URL", fault: "malformed" }));
    return;
  }
  if (isLocalDatabase(url)) {
    refusals.push(
      `DATABASE_URL names ${databaseHost(url)}, this machine: a Worker at Cloudflare cannot reach it`,
    );
    return;
  }
  try {
    const pending = await here.pending(url);
    if (pending.length > 0)
      refusals.push(
        `the database lacks ${pending.join(", ")}: run \`npm run migrate\` first, the code expects them`,
      );
  } catch (error) {
    refusals.push(error instanceof Error ? error.message : String(error));
  }
}
