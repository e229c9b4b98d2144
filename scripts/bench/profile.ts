/** Where a workerd's time goes: V8's CPU profile by the inspector, summed by function. */
import { writeFileSync } from "node:fs";
import { WebSocket } from "ws";

type Frame = { readonly functionName: string; readonly url: string; readonly lineNumber: number };
type Node = { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] };
type CpuProfile = {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};
export type Share = { readonly name: string; readonly self: number; readonly total: number };

/** Samples ten times in a millisecond: a turn of an actor takes less than one. */
const SAMPLING_US = 100;

export class Profiler {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (text): void => {
      const { id, result } = JSON.parse(String(text)) as { id?: number; result?: unknown };
      if (id !== undefined) this.#waiting.get(id)?.(result);
    });
  }

  static async attach(port: number): Promise<Profiler> {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as { id: string }[];
    const target = targets.find(({ id }) => id === "main") ?? targets[0];
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${target?.id ?? ""}`, { perMessageDeflate: false });
    await new Promise((resolve, reject) => {
      socket.once("open", resolve).once("error", reject);
    });
    const profiler = new Profiler(socket);
    await profiler.#send("Profiler.enable");
    await profiler.#send("Profiler.setSamplingInterval", { interval: SAMPLING_US });
    return profiler;
  }

  start(): Promise<unknown> {
    return this.#send("Profiler.start");
  }

  /** Writes the profile for a viewer, and sums it. */
  async stop(file: string): Promise<readonly Share[]> {
    const { profile } = (await this.#send("Profiler.stop")) as { profile: CpuProfile };
    writeFileSync(file, JSON.stringify(profile));
    this.#socket.close();
    return sharesOf(profile);
  }

  #send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}

/** Of the time that was not idle: what each function takes by itself, and with all that it calls. */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile): readonly Share[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const selfOf = new Map<number, number>();
  for (const [index, id] of samples.entries())
    selfOf.set(id, (selfOf.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  const sums = new Map<string, { self: number; total: number }>();
  let busy = 0;
  const visit = (node: Node, within: ReadonlySet<string>): number => {
    const name = nameOf(node.callFrame);
    const self = selfOf.get(node.id) ?? 0;
    if (!IDLE.has(node.callFrame.functionName)) busy += self;
    const inner = new Set(within).add(name);
    let total = self;
    for (const child of node.children ?? []) {
      const found = byId.get(child);
      if (found !== undefined) total += visit(found, inner);
    }
    const sum = sums.get(name) ?? { self: 0, total: 0 };
    sums.set(name, { self: sum.self + self, total: sum.total + (within.has(name) ? 0 : total) });
    return total;
  };
  const [root] = nodes;
  if (root !== undefined) visit(root, new Set());
  return [...sums].map(([name, { self, total }]) => ({ name, self: self / busy, total: total / busy }));
}

const IDLE = new Set(["(idle)", "(root)"]);
const nameOf = ({ functionName, lineNumber }: Frame): string =>
  `${functionName === "" ? "(anonymous)" : functionName}:${lineNumber + 1}`;
