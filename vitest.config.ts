/**
 * Five projects: `node` (plain logic), `scripts` (processes and servers), `worker` and `worker-alone` (inside workerd) and `e2e` (the built product,
 * after all others). Files of `node` and `worker` share processes and objects: each names its symbols, accounts and tenants for itself.
 */
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { WORKER_VARIABLES } from "./test/support/worker-variables.ts";

// An end-to-end test starts the whole stack, which takes several seconds on a busy machine of two cores.
const E2E_TEST_MS_MAX = 240_000;
// A worker test may evict an actor a hundred times; a node test may walk thousands of random steps.
const TEST_MS_MAX = 60_000;

/** They count or list all there is, or break what all share: a workerd for each. */
const WORKER_ALONE = [
  "archiver",
  "gateway-directory",
  "instrument-hearing",
  "metrics",
  "order-socket",
  "strategy-object",
  "trading",
].map((name) => `test/worker/${name}.test.ts`);

const worker = cloudflareTest({
  main: "./test/worker/worker.ts",
  wrangler: { configPath: "./wrangler.toml" },
  miniflare: {
    bindings: WORKER_VARIABLES,
    // Whatever leaves a Worker in these tests meets a Postgres that is away; without this, workerd logs each refused connection.
    outboundService: () => new Response("no Postgres here", { status: 503 }),
    durableObjects: {
      BARE: { className: "BareActor", useSQLite: true },
      PROBE: { className: "ProbeActor", useSQLite: true },
      ITTY: { className: "IttyCounter" },
    },
  },
});

export default defineConfig({
  test: {
    testTimeout: TEST_MS_MAX,
    hookTimeout: TEST_MS_MAX,
    // As many as the cores of the smallest machine; by itself one core would stay idle.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          environment: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/worker/**", "test/e2e/**", "test/scripts/**"],
          // A process and all its imports for each file took twice the processor's time. No test may leave a global behind.
          isolate: false,
          setupFiles: ["test/support/real-timers.ts", "test/support/property-seed.ts"],
        },
      },
      {
        extends: true,
        // They start and stop processes, and drivers read types by a table that others change: a process for each file.
        test: {
          name: "scripts",
          environment: "node",
          include: ["test/scripts/**/*.test.ts"],
          setupFiles: ["test/support/property-seed.ts"],
        },
      },
      {
        extends: true,
        plugins: [worker],
        test: {
          name: "worker",
          include: ["test/worker/**/*.test.ts"],
          exclude: WORKER_ALONE,
          isolate: false,
        },
      },
      {
        extends: true,
        plugins: [worker],
        test: { name: "worker-alone", include: WORKER_ALONE },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          environment: "node",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: E2E_TEST_MS_MAX,
          hookTimeout: E2E_TEST_MS_MAX,
          // Two files beside each other: each starts platforms of its own, on ports and in folders of its own, and mostly waits.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
