/**
 * Two accounts that fill one limit of a firm, of which one is split and merged while everything is killed: at each kill what the disks say that is
 * granted and held, in the end what the fills make of the limit.
 */
import type { ApiClient } from "../client.ts";
import { eventually } from "./audit.ts";
import { diskFaults, quotaFaults, useFaults } from "./escrow-check.ts";
import { type DiskAmounts, grantedOnDisk, heldByDesk, holdingOnDisk, isOnDisk } from "./escrow-disks.ts";
import { budgetsOf, tenantOf } from "./escrow-world.ts";
import { PRICE, type SplitTraders } from "./split-load.ts";
import { arePriced, type HeardQuota, untilTold } from "./told-use.ts";

const FIRM = "faults-house";
/** So low that it is full after some seconds: from then on whoever closes leaves room that all others want. */
const LIMIT = { id: "gross", kind: "max-gross-exposure", threshold: "6000", action: "reduce" } as const;
const WHOLE = Number(LIMIT.threshold) / PRICE;
/** What nobody uses is wished back and given back within a few asks. */
const RETURNED_MS_MAX = 20_000;

export class SplitFirm {
  readonly #api: () => ApiClient;
  readonly #data: string;
  /** By account; the first is the one that is split. */
  readonly #traders: ReadonlyMap<string, SplitTraders>;
  readonly #parts: number;
  #tenant = "";
  /** How many shards had a quota when their disks were looked at, and how many of them of a split account: where none had, nothing was tried. */
  readonly heldOnDisk = { shards: 0, parts: 0 };

  constructor(api: () => ApiClient, data: string, traders: ReadonlyMap<string, SplitTraders>, parts: number) {
    this.#api = api;
    this.#data = data;
    this.#traders = traders;
    this.#parts = parts;
  }

  /** Accounts are put with it as their parent. */
  async prepare(): Promise<string> {
    const api = this.#api();
    await api.put(`/v1/firms/${FIRM}`, { currency: "USD" });
    await api.put(`/v1/firms/${FIRM}/limits`, { limits: [LIMIT] });
    this.#tenant = await tenantOf(api, FIRM);
    return FIRM;
  }

  /** Nobody writes: what was granted and what is held are of the same instant. */
  diskFaults(when: string): readonly string[] {
    const data = this.#data;
    const named = (id: string): string => `${this.#tenant}/${id}`;
    const [split = "", ...others] = this.#traders.keys();
    const firm = `firm:${FIRM}`;
    const quotas = named(`${split}/split`);
    const isThere = isOnDisk(data, "Firm", quotas);
    const node = {
      name: `account:${split}`,
      parent: `${split}/split`,
      held: isThere ? heldByDesk(data, quotas) : NOTHING,
      granted: isThere ? grantedOnDisk(data, quotas) : new Map<string, DiskAmounts>(),
    };
    const held = { firm: new Map([[`split:${split}`, node.held]]), node: new Map<string, DiskAmounts>() };
    for (const account of others)
      held.firm.set(`account:${account}`, this.#heldBy(named(account))?.held ?? NOTHING);
    for (let part = 0; part < this.#parts; part++) {
      const shard = this.#heldBy(named(part === 0 ? split : `${split}/${part}`));
      if (shard === undefined) continue;
      if (shard.parent === node.parent) held.node.set(`part:${part}`, shard.held);
      else held.firm.set(`account:${split}`, shard.held);
    }
    this.heldOnDisk.parts += [...held.node.values()].filter(isSome).length;
    this.heldOnDisk.shards += [...held.firm, ...held.node].filter(([, amounts]) => isSome(amounts)).length;
    const budgets = budgetsOf(firm, [LIMIT]);
    const found = [
      ...diskFaults({
        ...{ node: firm, limits: budgets, held: held.firm },
        granted: grantedOnDisk(data, named(FIRM)),
      }),
      // What the node holds is its limit, where it holds nothing too.
      ...diskFaults({
        ...{
          node: node.name,
          limits: new Map([...budgets.keys()].map((one) => [one, node.held.get(one) ?? 0n])),
        },
        ...{ granted: node.granted, held: held.node },
      }),
    ];
    return found.map((fault) => `${when}: ${fault}`);
  }

  #heldBy(shard: string): ReturnType<typeof holdingOnDisk> {
    return isOnDisk(this.#data, "RiskShard", shard) ? holdingOnDisk(this.#data, shard) : undefined;
  }

  /** How often orders got which code: where none was refused for want of quota, the limit was never in the way. */
  get outcomes(): Readonly<Record<string, number>> {
    const tally: Record<string, number> = {};
    for (const { placed } of this.#traders.values())
      for (const { decision } of placed) {
        const outcome = decision.code ?? decision.decision;
        tally[outcome] = (tally[outcome] ?? 0) + 1;
      }
    return tally;
  }

  /** Nobody trades any more: what is told is what the fills make, within the limit; and then one account alone may have all of it. */
  async endFaults(): Promise<readonly string[]> {
    const full = await this.#limitFaults("in the end");
    for (const traders of this.#traders.values()) await traders.close();
    const closed = await this.#limitFaults("when all is closed");
    return [...full, ...closed, ...(await this.#wholeFaults())];
  }

  async #limitFaults(when: string): Promise<readonly string[]> {
    const shown = await this.#quota();
    const exposures = [...this.#traders.values()].map(({ exposure }) => exposure);
    const told = await untilTold(
      async () => {
        const quota = await this.#quota();
        return { faults: useFaults(quota, exposures), quotas: [quota] };
      },
      () => arePriced(this.#api(), this.#traders.keys()),
    );
    return [...quotaFaults(shown), ...told].map((fault) => `${when}: ${fault}`);
  }

  async #wholeFaults(): Promise<readonly string[]> {
    const [[, traders] = []] = [...this.#traders].slice(-1);
    const [symbol] = traders?.positions.keys() ?? [];
    if (traders === undefined || symbol === undefined) return ["nobody traded below the firm"];
    await eventually(
      () => traders.trade([traders.orderOf(symbol, "buy", WHOLE - traders.exposure.gross / PRICE)]),
      () => traders.exposure.gross === WHOLE * PRICE,
      RETURNED_MS_MAX,
    );
    const { gross } = traders.exposure;
    return gross === WHOLE * PRICE
      ? []
      : [`the last account may have ${gross} of ${LIMIT.threshold}: quota was lost`];
  }

  #quota(): Promise<HeardQuota> {
    return this.#api().get<HeardQuota>(`/v1/firms/${FIRM}/quota`);
  }
}

const NOTHING: DiskAmounts = new Map();
const isSome = (amounts: DiskAmounts): boolean => [...amounts.values()].some((amount) => amount > 0n);
