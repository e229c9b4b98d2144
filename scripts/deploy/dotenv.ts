/** `.env`, for the commands that touch a deployment. `npm start` does not read it: a start here is to meet no database there. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** Reads the file that was named, else `.env` where there is one, and answers its path. What the shell has set stays. */
export function loadDotenv(root: string, named: string | undefined): string | undefined {
  const path = named === undefined ? join(root, ".env") : resolve(named);
  if (named === undefined && !existsSync(path)) return undefined;
  if (!existsSync(path)) throw new Error(`--dotenv: there is no ${path}`);
  process.loadEnvFile(path);
  return path;
}
