/** A gateway inside workerd that a test answers for: what actors tell it, by RPC, and what becomes of each call. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type ActorReply, answer, refusal } from "../../actors/runtime/reply.ts";
import type { Taken } from "../../actors/runtime/streams/link.ts";
import type { Env } from "../../src/env.ts";
import { messagesOf, type Said } from "../support/stream-messages.ts";

const { GATEWAY } = env as unknown as Env;
/** Between two looks whether something was told. */
const LOOK_MS = 10;
const WAIT_MS_MAX = 20_000;

type Told = (envelope: unknown, actor: string, texts: readonly string[]) => Promise<ActorReply<Taken>>;

export class ToldGateway {
  static #restore: (() => void) | undefined;
  readonly name: string;
  /** Calls that arrived, whatever became of them. */
  calls = 0;
  /** Messages of calls that were answered. */
  said: Said[] = [];
  /** What is to become of the next call. */
  behave: (texts: readonly string[]) => Taken | "away" | Promise<Taken> = () => ({});

  private constructor(name: string) {
    this.name = name;
  }

  /** All gateways of the isolate share a class, so from here on this one answers for all of them. */
  static async open(name: string): Promise<ToldGateway> {
    const gateway = new ToldGateway(name);
    await runInDurableObject(GATEWAY.getByName(name), (instance) => {
      // SAFETY: the class that wrangler.toml binds.
      const { prototype } = instance.constructor as unknown as { prototype: { told: Told } };
      const { told } = prototype;
      ToldGateway.#restore ??= () => {
        prototype.told = told;
      };
      prototype.told = async (_envelope, actor, texts) => gateway.#told(actor, texts);
    });
    return gateway;
  }

  /** Gateways answer for themselves again: tests of one process share the class. */
  static restore(): void {
    ToldGateway.#restore?.();
    ToldGateway.#restore = undefined;
  }

  async #told(actor: string, texts: readonly string[]): Promise<ActorReply<Taken>> {
    this.calls += 1;
    const taken = await this.behave(texts);
    if (taken === "away") return refusal("overloaded");
    this.said.push(...texts.flatMap((text) => messagesOf(text)).map((said) => ({ ...said, actor })));
    return answer(taken);
  }

  /** Those of topics, once there are so many. */
  async messages(
    count: number,
    wanted = ({ type }: Said) => type !== undefined && type !== "hb",
  ): Promise<Said[]> {
    for (let waited = 0; ; waited += LOOK_MS) {
      const found = this.said.filter(wanted);
      if (found.length >= count) return found;
      if (waited > WAIT_MS_MAX) throw new Error(`told only ${JSON.stringify(this.said)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
