import type { PriceChange, PriceUpdate, PushTaken } from "../../../actors/price-hub/messages.ts";
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import { PriceTelling } from "../../../actors/symbol/prices/price-telling.ts";
import { RETOLD, type ReturnNews } from "../../../src/domain/bar-return.ts";
import type { Liquidity } from "../../../src/domain/liquidity.ts";
import type { PreviousClose } from "../../../src/domain/past-price.ts";
import { liquidityOf } from "../../support/liquidity.ts";
import { FakeClock } from "../../support/runtime-fakes.ts";
import { INSTRUMENT, SYMBOL } from "./bench.ts";

/** A hub whose answers the test gives one by one. */
export function bench() {
  const clock = new FakeClock();
  const pushed: PriceUpdate[] = [];
  const answers: ((reply: ActorReply<PushTaken | null> | Error) => void)[] = [];
  const retries: number[] = [];
  /** An earlier time stands, as with the real timers. */
  const timer: { due: number | undefined } = { due: undefined };
  /** The wait of gathered news. */
  const gathering: { due: number | undefined; run: () => void } = { due: undefined, run: () => {} };
  let lastChanges = 0;
  let liquidity: Liquidity | undefined;
  let previousClose: PreviousClose | undefined;
  const telling = new PriceTelling({
    symbol: SYMBOL,
    clock,
    randomFraction: () => 0.5,
    current: () => ({ mark: { lastChanges }, instrument: INSTRUMENT, liquidity, previousClose }),
    returnsOf: (untold) =>
      [...untold].flatMap(([resolution, starts]): readonly ReturnNews[] =>
        starts === "retold"
          ? [[resolution, 0, 0, RETOLD]]
          : starts.map((start) => [resolution, start, 0, start - 1] as const),
      ),
    push: (update) => {
      pushed.push(update);
      return new Promise((resolve, reject) =>
        answers.push((reply) => (reply instanceof Error ? reject(reply) : resolve(reply))),
      );
    },
    retryAt: (at) => {
      retries.push(at);
      timer.due = Math.min(timer.due ?? at, at);
    },
    allTold: () => {
      timer.due = undefined;
    },
    later: (run, afterMs) => {
      gathering.due = clock.now() + afterMs;
      gathering.run = run;
      return () => {
        gathering.due = undefined;
      };
    },
  });
  return {
    clock,
    pushed,
    retries,
    timer,
    gathering,
    telling,
    /** The alarm takes what is due. */
    fire() {
      clock.time = (timer.due ?? clock.time) as typeof clock.time;
      timer.due = undefined;
      telling.wake();
    },
    /** A commit with so many changes more. */
    commit(count: number, reference = false) {
      const changes = Array.from(
        { length: count },
        (_, index): PriceChange => [lastChanges + index + 1, clock.now(), lastChanges + index + 1],
      );
      lastChanges += count;
      telling.note(changes, reference);
      telling.tell();
    },
    /** A trading day has begun, or the close before it is another one. */
    close(version: number) {
      previousClose = { version, price: 100 + version, from: 0, until: 86_400_000 };
    },
    /** Bars have closed. */
    closeBars(resolution: string, ...starts: number[]) {
      telling.noteBars(starts.map((start) => ({ resolution, bar: { start } })));
      telling.tell();
    },
    /** A session has closed. */
    rate(version: number) {
      liquidity = liquidityOf(version);
      telling.noteLiquidity();
      telling.tell();
    },
    async reply(reply: ActorReply<PushTaken | null> | Error = answer({ followed: true })) {
      answers.shift()?.(reply);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
export const numbers = (update: PriceUpdate | undefined): number[] => (update?.changes ?? []).map(([n]) => n);
