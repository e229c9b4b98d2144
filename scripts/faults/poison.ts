/** Rows that Postgres refuses for good, among those of everybody else, while replies get lost and the platform is killed once. */
import { read } from "./audit.ts";
import { type Compared, faultsOf } from "./compared.ts";
import { ACCOUNTS, SYMBOLS } from "./load.ts";
import { NeonFaults } from "./neon-faults.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { Trial } from "./trial.ts";

const CALM_MS = 4_000; // Facts of everybody are on their way when the first bad one comes.
const BETWEEN_MS = 1_000; // The next bad one comes while the last is being looked for.
const POISONED_PER_ACCOUNT = 2;
const LOST_SHARE = 0.3; // The reply to a parking may be lost too.
const MIRRORED_MS_MAX = 30_000; // Nobody waits longer for somebody else's bad row.

/** Classes 23 and 22: a constraint and a conversion, for these ids alone. */
const POISON = [
  "ALTER TABLE risk_decision ADD CONSTRAINT poisoned_order CHECK (client_order_id NOT LIKE 'poison-%')",
  `CREATE FUNCTION poisoned_execution() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.exec_id LIKE 'poison-%' THEN RAISE EXCEPTION 'poisoned_execution' USING ERRCODE = '22003'; END IF; RETURN NEW; END $$`,
  "CREATE TRIGGER poisoned_execution BEFORE INSERT ON execution FOR EACH ROW EXECUTE FUNCTION poisoned_execution()",
];

export const poison: Scenario = {
  name: "poison",
  promise: "a row that Postgres refuses is parked with its reason, and blocks nobody",
  run,
};

async function run(options: ScenarioOptions): Promise<Verdict> {
  const trial = await Trial.begin(options, { env: { NEON_FAULTS: "1" } });
  try {
    for (const statement of POISON) await read(trial.sql(), statement);
    await trial.pass(CALM_MS);
    const lostReplies = new NeonFaults(() => trial.stack.dev.databaseUrl);
    await lostReplies.set({ drop: { probability: LOST_SHARE }, seed: 1 });
    const poisoned: string[] = [];
    for (let turn = 1; turn <= POISONED_PER_ACCOUNT; turn++) {
      for (const account of ACCOUNTS) poisoned.push(...(await poisonedTrade(trial, account, turn)));
      await trial.pass(BETWEEN_MS);
    }
    const { dropped } = await lostReplies.end();
    const recoveryMs = await trial.killAndRestart();
    const mirroredMs = await trial.untilMirrored(MIRRORED_MS_MAX);
    await trial.pass(CALM_MS);
    await trial.quiet();
    const compared = await trial.compare();
    const blocked = mirroredMs === undefined ? [`somebody waits after ${MIRRORED_MS_MAX} ms`] : [];
    return {
      figures: { poisoned: poisoned.length, dropped, recoveryMs, mirroredMs, ...compared },
      faults: [...faultsOf(compared), ...blocked, ...misparked(compared, poisoned.length)],
    };
  } finally {
    await trial.end();
  }
}

/** An order and its fill, both refused by Postgres later, neither refused by the platform. */
async function poisonedTrade(trial: Trial, account: string, turn: number): Promise<string[]> {
  const { api } = trial.stack;
  const clientOrderId = `poison-${account}-${turn}`;
  const [symbol, side] = [SYMBOLS[0], "buy"] as const;
  const order = { clientOrderId, symbol, side, type: "limit", qty: "1", price: "100" };
  const { decisions } = await api.post<{
    decisions: { decision: string; allowedQty: string; seq: number }[];
  }>(`/v1/accounts/${account}/orders`, order);
  const [decision] = decisions;
  if (decision === undefined) throw new Error("an order without a decision");
  trial.acknowledged.append({ kind: "order", account, body: order, ...decision });
  if (decision.decision === "reject") return [clientOrderId];
  const execId = `poison-x-${account}-${turn}`;
  const fill = { type: "fill", execId, clientOrderId, qty: "1", price: "100", ts: Date.now() };
  await api.post(`/v1/accounts/${account}/executions`, { executions: [fill] });
  trial.acknowledged.append({ kind: "execution", account, body: fill, symbol, side });
  return [clientOrderId, execId];
}

/** Exactly the poisoned facts, each with the reason that Postgres gave. */
function misparked({ parked, letters }: Compared, poisoned: number): string[] {
  const odd = letters.filter(({ reason }) => !/poisoned_(order|execution)/.test(reason));
  return [
    ...odd.map((letter) => `parked for another reason: ${JSON.stringify(letter)}`),
    ...(parked === poisoned ? [] : [`${parked} parked, ${poisoned} poisoned`]),
    ...(letters.length === poisoned ? [] : [`${letters.length} dead letters, ${poisoned} poisoned`]),
  ];
}
