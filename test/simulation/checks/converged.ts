/** After the faults: nothing waits, the mirror is what the actors recorded, timers are armed, and what is shown is what the facts say. */
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";
import type { Ledger } from "./ledger.ts";
import type { FactRecord } from "./record.ts";

const HAS_OUTBOX = "SELECT 1 FROM sqlite_master WHERE name = 'outbox_mark'";
const STANDING =
  "SELECT (SELECT lost FROM outbox_fence) AS lost, (SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM outbox_extra) AS waiting, last_seq AS seq FROM outbox_mark";

type Standing = { readonly lost: boolean; readonly waiting: number; readonly seq: number };

export function standingOf({ disk: { database } }: Copy): Standing | undefined {
  if (database.prepare(HAS_OUTBOX).get() === undefined) return undefined;
  const row = database.prepare(STANDING).get() as { lost: number; waiting: number; seq: number };
  return { ...row, lost: row.lost !== 0 };
}

/** A copied disk comes without its alarm: until somebody calls it, it tells nobody what it has. */
const isAsleep = ({ isTwin, disk: { alarm } }: Copy): boolean =>
  isTwin && alarm.durable === null && !alarm.isRunning;

/** What still stands in the way, of those that are not frozen. */
export function unsettled(world: World): string[] {
  return world.objects.all.flatMap((copy) => {
    const standing = standingOf(copy);
    if (standing === undefined || standing.lost || standing.waiting === 0 || isAsleep(copy)) return [];
    return [`${copy.label} has ${standing.waiting} rows waiting`];
  });
}

/** The mirror has what one copy of each actor recorded, all of it, in order and nothing else. */
export function holdMirror(world: World, record: FactRecord): void {
  for (const gap of world.postgres.gaps) world.violate("R3 the mirror has no gap", gap);
  for (const parked of world.postgres.parked) world.violate("R3 nothing is parked", parked);
  for (const copy of world.objects.all) if (isWriter(world, record, copy)) holdMirrored(world, record, copy);
}

/** Not frozen, and of two copies that are not the one that wrote more: the other has nothing to tell. */
function isWriter(world: World, record: FactRecord, copy: Copy): boolean {
  const standing = standingOf(copy);
  if (standing === undefined || standing.lost || isAsleep(copy)) return false;
  const facts = record.of(copy).length;
  if (copy.isTwin) return facts >= mirroredOf(world, copy).length;
  const twin = world.objects.twinOf(copy);
  return twin === undefined || standingOf(twin)?.lost !== false || record.of(twin).length <= facts;
}

const mirroredOf = (world: World, { kind, name }: Copy) =>
  world.postgres.actors.get(`${kind}:${name}`)?.facts ?? [];

function holdMirrored(world: World, record: FactRecord, copy: Copy): void {
  const [facts, mirrored] = [record.of(copy), mirroredOf(world, copy)];
  if (mirrored.length !== facts.length)
    world.violate("R3 the mirror has all facts", `${copy.label}: ${mirrored.length} of ${facts.length}`);
  const other = mirrored.findIndex((fact, index) => fact[0] !== index + 1 || fact[3] !== facts[index]?.[3]);
  if (other >= 0) world.violate("R3 the mirror has equal facts", `${copy.label} at ${other + 1}`);
}

/** Of two copies at the most one goes on, and of one alone that one. */
export function holdFence(world: World, record: FactRecord): void {
  for (const copy of world.objects.all) {
    if (standingOf(copy)?.lost === true && !copy.isTwin && world.objects.twinOf(copy) === undefined)
      world.violate("R5 nobody is frozen for nothing", copy.label);
    const twin = world.objects.twinOf(copy);
    if (twin === undefined || copy.isTwin) continue;
    const [one, other] = [standingOf(copy), standingOf(twin)];
    if (one?.lost !== false || other?.lost !== false) continue;
    const [mine, theirs] = [record.of(copy), record.of(twin)];
    const common = mine.findIndex(
      (fact, index) => theirs[index] !== undefined && theirs[index][3] !== fact[3],
    );
    if (common >= 0)
      world.violate("R5 one writer", `${copy.label} and its twin both wrote fact ${common + 1}`);
  }
}

/** What nobody has reported still works, unless its own time is over. */
export function holdSilent(world: World, { id, ends }: { id: string; ends: boolean }, ledger: Ledger): void {
  const isWorking = ledger.orders.get(id)?.isWorking === true;
  if (isWorking === ends)
    world.violate("R6 an unknown outcome keeps its reservation, until its own time", `${id}: ${isWorking}`);
}

type Item = { readonly [name: string]: unknown };
type Page = { readonly ok: boolean; readonly value: { readonly items: readonly string[] } };

/** What the account shows is what its facts say. */
export async function holdAccount(
  world: World,
  name: string,
  ledger: Ledger,
  envelope: object,
): Promise<void> {
  const list = async (method: string): Promise<Item[]> => {
    const { value } = await world.call("risk-shard", name, method, envelope, { limit: 1_000 });
    return (value as Page).value.items.map((item) => JSON.parse(item) as Item);
  };
  const orders = (await list("workingOrders")).filter((order) => order["status"] === "working");
  const shown = orders.map((order) => `${order["clientOrderId"]} ${order["remainingQty"]}`).sort();
  const owed = ledger.working.map(({ id, qty, filled }) => `${id} ${qty - filled}`).sort();
  if (shown.join() !== owed.join())
    world.violate("R6 working orders are those of the facts", `${name}: ${shown} instead of ${owed}`);
  const sums = new Map<string, number>();
  for (const line of await list("positions")) {
    const symbol = String(line["symbol"]);
    sums.set(symbol, (sums.get(symbol) ?? 0) + Number(line["qty"]));
  }
  for (const symbol of world.market.listed.keys())
    if ((sums.get(symbol) ?? 0) !== ledger.position(symbol))
      world.violate("R6 positions are those of the facts", `${name} ${symbol}: ${sums.get(symbol)}`);
}

/** Strategies hold what their account booked for them. */
export async function holdStrategy(
  world: World,
  strategy: string,
  ledger: Ledger,
  envelope: object,
): Promise<void> {
  const { value } = await world.call("strategy", `t/${strategy}`, "positions", envelope);
  const reply = value as { ok: boolean; value: string };
  const items = reply.ok ? (JSON.parse(reply.value) as { items: Item[] }).items : [];
  for (const symbol of world.market.listed.keys()) {
    const shown = Number(items.find((item) => item["symbol"] === symbol)?.["qty"] ?? 0);
    const held = ledger.held.get(`${symbol} ${strategy}`) ?? 0;
    if (shown !== held)
      world.violate("R2 strategies are the account", `${strategy} ${symbol}: ${shown} of ${held}`);
  }
}
