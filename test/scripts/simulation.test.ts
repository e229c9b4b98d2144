/** The simulator in a process of its own, as `npm run test:simulation` runs it: few seeds here, thousands by hand. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "../simulation/main.ts");

function simulated(...given: readonly string[]): string {
  try {
    return execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...given], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout ?? error);
  }
}
const hashIn = (text: string): string | undefined => /^hash (\w+)$/m.exec(text)?.[1];

describe("a world under one seed", () => {
  test.each(["trading", "escrow"])("keeps its promises under the load %s, whatever strikes", (load) => {
    expect(simulated("--load", load, "--seeds", "2", "--twice")).toMatch(/clean/);
  });

  test("is the same world in another process", () => {
    const [one, other] = [1, 2].map(() => hashIn(simulated("--seed", "3")));
    expect(one).toBeDefined();
    expect(other).toBe(one);
  });

  test("and a planted bug breaks it", () => {
    expect(simulated("--bug", "reports-forgotten", "--seeds", "20")).toMatch(/BROKEN: R2/);
  });
});
