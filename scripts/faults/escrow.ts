/** kill -9 of everything while quotas of a firm are granted and given back. */
import { readAcknowledged } from "./acknowledged.ts";
import { eventually } from "./audit.ts";
import { faultsOf } from "./compared.ts";
import {
  chainFaults,
  diskFaults,
  type Exposure,
  exposuresOf,
  quotaFaults,
  useFaults,
} from "./escrow-check.ts";
import { grantedOnDisk, heldByAccount, heldByDesk } from "./escrow-disks.ts";
import { EscrowLoad } from "./escrow-load.ts";
import {
  ACCOUNTS,
  budgetsOf,
  DESK,
  DESK_LIMITS,
  FIRM,
  FIRM_LIMITS,
  isAtDesk,
  PRICE,
  prepareTree,
  tenantOf,
} from "./escrow-world.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { arePriced, type HeardQuota, type Told, untilTold } from "./told-use.ts";
import { Trial } from "./trial.ts";

/** Between a start and its kill: some kills meet the first asks of children that have just loaded, some a long run of grants. */
const LIFE_MS_MIN = 300;
const LIFE_MS_MAX = 3_000;
/** What nobody uses is wished back and given back within a few asks. */
const RETURNED_MS_MAX = 20_000;

export const escrow: Scenario = {
  name: "escrow",
  promise:
    "never more is granted than the limit or held than granted, after kill -9 in the middle of grants and returns; nothing is lost or counted twice",
  run,
};

async function run(options: ScenarioOptions): Promise<Verdict> {
  const trial = await Trial.begin(options, { accounts: [] });
  try {
    return await new EscrowTrial(options, trial).run();
  } finally {
    await trial.end();
  }
}

class EscrowTrial {
  readonly #options: ScenarioOptions;
  readonly #trial: Trial;
  readonly #load: EscrowLoad;
  readonly #faults: string[] = [];
  #fullest = 0;
  /** How many disks of accounts had a quota when they were looked at: where none had, nothing was checked. */
  #heldOnDisk = 0;
  #tenant = "";

  constructor(options: ScenarioOptions, trial: Trial) {
    this.#options = options;
    this.#trial = trial;
    this.#load = new EscrowLoad(() => trial.stack.api, trial.acknowledged, options.random);
  }

  async run(): Promise<Verdict> {
    const { kills, random, say } = this.#options;
    const [trial, load] = [this.#trial, this.#load];
    await prepareTree(trial.stack.api);
    this.#tenant = await tenantOf(trial.stack.api, FIRM);
    const running = load.run();
    running.catch(() => {});
    for (let kill = 1; kill <= kills; kill++) {
      const life = LIFE_MS_MIN + random() * (LIFE_MS_MAX - LIFE_MS_MIN);
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, life))]);
      await trial.killAndRestart(() => this.#checkDisks(`at kill ${kill}`));
      await load.quiet();
      const used = await this.#check(`after kill ${kill}`);
      load.resume();
      say(
        `kill ${kill} of ${kills}: ${used} of ${FIRM_LIMITS[0].threshold} used, ${trial.acknowledged.lines} acknowledged so far`,
      );
    }
    await load.quiet();
    await this.#nothingIsLeft();
    load.stop();
    await running;
    const compared = await trial.compare();
    const figures = {
      kills,
      fullest: this.#fullest,
      heldOnDisk: this.#heldOnDisk,
      outcomes: Object.fromEntries(load.outcomes),
      ...compared,
    };
    const parked = compared.letters.map((letter) => `parked: ${JSON.stringify(letter)}`);
    return { figures, faults: [...this.#faults, ...faultsOf(compared), ...parked] };
  }

  /** Nobody writes: what was granted and what is held are of the same instant. */
  #checkDisks(when: string): void {
    const { data } = this.#trial;
    const named = (id: string): string => `${this.#tenant}/${id}`;
    const onDisk = new Map(
      ACCOUNTS.map((account) => [`account:${account}`, heldByAccount(data, named(account))] as const),
    );
    const atDesk = [...onDisk].filter(([child]) => isAtDesk(child.slice("account:".length)));
    const atFirm = [...onDisk].filter(([child]) => !isAtDesk(child.slice("account:".length)));
    const held = heldByDesk(data, named(DESK));
    const firm = {
      ...{ node: `firm:${FIRM}`, limits: budgetsOf(`firm:${FIRM}`, FIRM_LIMITS) },
      granted: grantedOnDisk(data, named(FIRM)),
      held: new Map([[`desk:${DESK}`, held], ...atFirm]),
    };
    const desk = {
      ...{ node: `desk:${DESK}`, limits: new Map([...held, ...budgetsOf(`desk:${DESK}`, DESK_LIMITS)]) },
      ...{ granted: grantedOnDisk(data, named(DESK)), held: new Map(atDesk) },
    };
    this.#heldOnDisk += [...onDisk.values()].filter(({ size }) => size > 0).length;
    for (const fault of [...diskFaults(firm), ...diskFaults(desk)]) this.#faults.push(`${when}: ${fault}`);
  }

  /** What is shown at once must hold at once; what is told of use, once everybody has said so. */
  async #check(when: string): Promise<number> {
    const [firm, desk] = await this.#shown();
    for (const fault of [...quotaFaults(firm), ...quotaFaults(desk)]) this.#faults.push(`${when}: ${fault}`);
    const exposures = exposuresOf(readAcknowledged(this.#trial.acknowledged.path), PRICE);
    const all = [...exposures.values()];
    const atDesk = [...exposures].filter(([account]) => isAtDesk(account)).map(([, exposure]) => exposure);
    const told = await untilTold(
      () => this.#told(all, atDesk),
      () => arePriced(this.#trial.stack.api, ACCOUNTS),
    );
    for (const fault of told) this.#faults.push(`${when}: ${fault}`);
    const gross = all.reduce((sum, exposure) => sum + exposure.gross, 0);
    this.#fullest = Math.max(this.#fullest, gross);
    return gross;
  }

  async #told(all: readonly Exposure[], atDesk: readonly Exposure[]): Promise<Told> {
    const [firm, desk] = await this.#shown();
    const use = [...useFaults(firm, all), ...useFaults(desk, atDesk), ...chainFaults(firm, desk)];
    const faults = [...use, ...quotaFaults(firm, true), ...quotaFaults(desk, true)];
    return { faults, quotas: [firm, desk] };
  }

  /** The firm first: what the desk holds may be less by the time that it is read, and never more than it was granted before. */
  async #shown(): Promise<[firm: HeardQuota, desk: HeardQuota]> {
    const { api } = this.#trial.stack;
    const desk = await api.get<HeardQuota>(`/v1/desks/${DESK}/quota`);
    return [await api.get<HeardQuota>(`/v1/firms/${FIRM}/quota`), desk];
  }

  /** All is closed: then nothing is used, and one account alone may have the whole limit. What was lost of it would be missing. */
  async #nothingIsLeft(): Promise<void> {
    const load = this.#load;
    await load.flatten();
    await this.#check("when all is closed");
    const [account = ""] = ACCOUNTS.slice(-1);
    const whole = Number(FIRM_LIMITS[1].threshold) / PRICE;
    const decided = await eventually(
      async () => (await load.place(account, [load.orderOf("buy", whole)]))[0],
      (decision) => decision?.allowedQty === String(whole),
      RETURNED_MS_MAX,
    );
    if (decided?.allowedQty !== String(whole))
      this.#faults.push(`the last account may have ${decided?.allowedQty} of ${whole}: quota was lost`);
  }
}
