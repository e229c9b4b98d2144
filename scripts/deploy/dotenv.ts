/** `.env`, for the commands that touch a deployment. `npm start` does not read it: a start here is to meet no database there. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What the shell has set already stays. */
export function loadDotenv(root: string): void {
  const path = join(root, ".env");
  if (existsSync(path)) process.loadEnvFile(path);
}
