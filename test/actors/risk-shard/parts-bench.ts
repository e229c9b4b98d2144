/** Parts of one account beside each other, and a coordinator that a test takes step by step. */
import { countsText, wideCounts } from "../../../actors/risk-shard/parts-counts.ts";
import type {
  ExportPage,
  FenceStanding,
  PartSettings,
  PartStanding,
  PartsMove,
  PartsWork,
} from "../../../actors/risk-shard/parts-messages.ts";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import { movedTo, type PartsMap, partOf, slotOf, UNSPLIT } from "../../../src/domain/parts-map.ts";
import { codeOf, RiskBench } from "./bench.ts";

export class PartsBench {
  readonly parts: RiskBench[];
  map: PartsMap = UNSPLIT;
  moves = 0;
  n = 0;

  constructor(count: number) {
    this.parts = Array.from({ length: count }, (_, part) => new RiskBench(part));
    const first = this.part(0);
    // As each is at that time: it may have crashed meanwhile.
    const parts = (envelope: Envelope, work: PartsWork) => first.desk.parts.run(envelope, work);
    for (const { platform } of this.parts) platform.shards.set("main", { parts });
  }

  part(part: number): RiskBench {
    const bench = this.parts[part];
    if (bench === undefined) throw new RangeError(`part ${part}`);
    return bench;
  }

  /** The one that a symbol is in. */
  of(symbol: string): RiskBench {
    return this.part(partOf(this.map, symbol));
  }

  ask(part: number, work: PartsWork): Promise<ActorReply<string>> {
    const bench = this.part(part);
    return bench.desk.parts.run(bench.envelope(), work);
  }

  async tell<Value>(part: number, work: PartsWork): Promise<Value> {
    const reply = await this.ask(part, work);
    if (!reply.ok) throw new Error(`${work.type}: ${reply.code} ${reply.detail ?? ""}`);
    return JSON.parse(reply.value) as Value;
  }

  async code(part: number, work: PartsWork): Promise<string | undefined> {
    return codeOf(await this.ask(part, work));
  }

  standing(part: number): Promise<PartStanding> {
    return this.tell(part, { type: "map" });
  }

  /** All other parts go by part 0's settings. */
  async adopt(): Promise<void> {
    this.n += 1;
    const { settings } = await this.tell<PartSettings>(0, { type: "settings" });
    for (let part = 1; part < this.parts.length; part++)
      await this.tell(part, { type: "adopt", n: this.n, part, settings, map: this.map });
  }

  /** The next move: of the slots of these symbols. */
  moveOf(symbols: readonly string[], to: number): PartsMove {
    const [first = ""] = symbols;
    const slots = [...new Set(symbols.map(slotOf))].sort((one, other) => one - other);
    this.moves += 1;
    return { id: this.moves, from: partOf(this.map, first), to, slots, map: movedTo(this.map, slots, to) };
  }

  fence(move: PartsMove): Promise<FenceStanding> {
    return this.tell(move.from, { type: "fence", move });
  }

  async copy(move: PartsMove): Promise<number> {
    let after: string | undefined;
    for (let number = 0; ; number++) {
      const asked = { type: "export", move: move.id, ...(after === undefined ? {} : { after }) } as const;
      const { page, next } = await this.tell<ExportPage>(move.from, asked);
      await this.tell(move.to, { type: "import", move, number, page });
      if (next === undefined) return number + 1;
      after = next;
    }
  }

  async cut(move: PartsMove, pages: number): Promise<void> {
    await this.tell(move.to, { type: "activate", move, pages });
    await this.tell(move.from, { type: "drop", move });
    this.map = move.map;
    for (const part of [move.from, move.to]) await this.tell(part, { type: "cover" });
  }

  /** As it does when it leaves. */
  async handOver(part: number): Promise<void> {
    const { state } = this.part(part);
    const move = state.parts?.lastMove ?? 0;
    await this.tell(0, { type: "count", part, move, counts: countsText(wideCounts(state)) });
  }

  async move(symbols: readonly string[], to: number): Promise<PartsMove> {
    const move = this.moveOf(symbols, to);
    await this.fence(move);
    await this.cut(move, await this.copy(move));
    return move;
  }
}
