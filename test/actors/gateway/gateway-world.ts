/** A gateway without a platform: actors that host topics in memory, clients with fake sockets, time that passes when told to. */
import { Desk } from "../../../actors/gateway/desk.ts";
import { MIGRATIONS } from "../../../actors/gateway/store.ts";
import type { InstrumentDirectoryApi } from "../../../actors/instrument-directory/messages.ts";
import type { SocketCredential, StillValid } from "../../../actors/runtime/connection.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { answer, type Refusal, refusal } from "../../../actors/runtime/reply.ts";
import { Timers } from "../../../actors/runtime/timers.ts";
import { Vitals } from "../../../actors/runtime/vitals.ts";
import { gatewayMessage } from "../../../src/contracts/gateway-streams.ts";
import type { ActorPorts } from "../../../src/ports.ts";
import { type FakeSocket, FakeSocketPort } from "../../support/fake-sockets.ts";
import { memorySql } from "../../support/node-sql.ts";
import { envelope, FakeAlarm, FakeClock } from "../../support/runtime-fakes.ts";
import type { Said } from "../../support/stream-messages.ts";
import { FakeHost } from "./fake-host.ts";

export const READER: SocketCredential = { tenant: "t", subject: "key-1", scopes: ["market:read"] };

type Wake = { readonly at: number; readonly run: () => void };

export class World {
  readonly sql = memorySql();
  readonly clock = new FakeClock();
  readonly alarm = new FakeAlarm();
  readonly port = new FakeSocketPort();
  readonly hosts = new Map<string, FakeHost>();
  readonly reports: { connections: number; topics: number }[] = [];
  symbols: string[] = ["T:A", "T:B", "T:C", "U:A"];
  accounts: string[] = ["main"];
  isDraining = false;
  stillValid: StillValid = async () => true;
  desk!: Desk;
  timers!: Timers;
  #wakes: Wake[] = [];

  constructor() {
    migrateLocally(this.sql, MIGRATIONS);
    this.load();
  }

  /** Memory is gone; disk, sockets and attachments are not. */
  load(): void {
    this.#wakes = [];
    const { clock, sql } = this;
    this.timers = new Timers(sql, this.alarm, "gateway:g-1");
    this.desk = new Desk({
      gateway: "g-1",
      bricks: {
        clock,
        sql,
        timers: this.timers,
        vitals: new Vitals({ actor: "gateway:g-1", clock, arm: () => () => {} }),
      },
      port: this.port,
      neighbours: this.#neighbours(),
      stillValid: (credential) => this.stillValid(credential),
      wakes: {
        set: (run, afterMs) => void this.#wakes.push({ at: clock.now() + afterMs, run }),
        clear: () => {},
      },
    });
  }

  /** A kill: the connections are gone too. */
  crash(): void {
    this.port.sockets = [];
    this.load();
  }

  host(actor: string): FakeHost {
    const host = this.hosts.get(actor) ?? new FakeHost(() => this.clock.now());
    this.hosts.set(actor, host);
    return host;
  }

  upgrade(credential: SocketCredential = READER): Response | Refusal {
    return this.desk.open({ envelope: envelope(), credential }, undefined);
  }

  connect(credential: SocketCredential = READER): Visitor {
    const opened = this.upgrade(credential);
    if (!(opened instanceof Response)) throw new Error(opened.code);
    const socket = this.port.sockets.at(-1);
    if (socket === undefined) throw new Error("nothing was opened");
    return new Visitor(this, socket);
  }

  /** Waits that stand. */
  get waking(): number {
    return this.#wakes.length;
  }

  /** Runs what is due now and lets everybody answer, until nothing moves. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      const moved = this.#runDue() || this.pump();
      await new Promise((resolve) => setImmediate(resolve));
      quiet = moved ? 0 : quiet + 1;
    }
  }

  /** Time passes from wake to wake. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.settle();
    for (;;) {
      const next = Math.min(...this.#wakes.map(({ at }) => at));
      if (!(next <= end)) break;
      this.clock.pass(Math.max(0, next - this.clock.now()));
      await this.settle();
    }
    this.clock.pass(end - this.clock.now());
    await this.settle();
  }

  /** Tells what the hosts have to tell. */
  pump(): boolean {
    let moved = false;
    for (const [actor, host] of this.hosts) {
      if (host.outbox.length === 0 || host.isAway) continue;
      moved = true;
      const taken = this.desk.told(actor, host.outbox.splice(0));
      for (const topic of taken.unwanted ?? []) host.linked.delete(topic);
      for (const { topic, epoch, seq } of taken.behind ?? []) host.again(topic, epoch, seq);
    }
    return moved;
  }

  #runDue(): boolean {
    const due = this.#wakes.filter(({ at }) => at <= this.clock.now());
    this.#wakes = this.#wakes.filter((wake) => !due.includes(wake));
    for (const { run } of due) run();
    return due.length > 0;
  }

  #neighbours() {
    const directory: Pick<InstrumentDirectoryApi, "known" | "search"> = {
      known: async (_envelope, symbols) => answer(symbols.filter((symbol) => this.symbols.includes(symbol))),
      search: async (_envelope, { query = "", limit, after = "" }) => {
        const prefix = query.toUpperCase();
        const found = this.symbols.filter((symbol) => symbol.startsWith(prefix) && symbol > after).toSorted();
        const items = found.slice(0, limit).map((symbol) => JSON.stringify({ symbol, status: "active" }));
        const next = found.length > limit ? found[limit - 1] : undefined;
        return answer({ items, total: found.length, ...(next === undefined ? {} : { next }) });
      },
    };
    const tenants = {
      hasAccount: async (_envelope: unknown, account: string) => answer(this.accounts.includes(account)),
      accountOf: async () => refusal("strategy-unknown"),
    };
    const gateways = {
      report: async (_envelope: unknown, load: { connections: number; topics: number }) => {
        this.reports.push(load);
        return answer({ isDraining: this.isDraining });
      },
    };
    // SAFETY: a gateway calls nothing else of them.
    return {
      linkHost: (actor: string) => this.host(actor),
      instrumentDirectory: () => directory,
      tenantDirectory: () => tenants,
      gatewayDirectory: () => gateways,
    } as unknown as Pick<
      ActorPorts,
      "linkHost" | "instrumentDirectory" | "tenantDirectory" | "gatewayDirectory"
    >;
  }
}

/** A client of the gateway. */
export class Visitor {
  readonly world: World;
  readonly socket: FakeSocket;
  readonly session: string;

  constructor(world: World, socket: FakeSocket) {
    this.world = world;
    this.socket = socket;
    const [welcome] = this.take();
    this.session = welcome?.session;
  }

  say(frame: unknown): void {
    this.world.desk.message(this.socket, typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** What came since the last call, each in the public shape. */
  take(): Said[] {
    return this.socket.frames.splice(0).flatMap((frame) => {
      const parsed: unknown = JSON.parse(frame);
      return (Array.isArray(parsed) ? parsed : [parsed]).map((message) => gatewayMessage.parse(message));
    });
  }

  async ask(frame: unknown): Promise<Said[]> {
    this.say(frame);
    await this.world.settle();
    return this.take();
  }

  subscribe(...topics: string[]): Promise<Said[]> {
    return this.ask({ op: "subscribe", topics });
  }

  leave(): void {
    this.socket.closing ??= { code: 1000, reason: "" };
    this.world.desk.closed(this.socket);
  }
}
