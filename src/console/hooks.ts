/** How components live with what changes: calls that repeat, streams, the clock, the address, and what is on the screen. */
import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { EndpointAt, NamesOf, PathOf, ReplyOf } from "../client/calls.ts";
import type { Outcry } from "../client/outcry.ts";
import { Refused } from "../client/refused.ts";
import type { HeardMessage } from "../client/streams/followed.ts";
import type { Stream, Subscription } from "../client/streams/stream.ts";
import type { ConflateMs } from "../contracts/gateway-streams.ts";
import { type Place, placeOf } from "./location.ts";
import type { QuoteFeed, SeenQuote } from "./quote-feed.ts";

/** `live` is the one stream of the page, through a gateway. */
export type Surroundings = {
  readonly client: Outcry;
  readonly live: Stream;
  readonly quotes: QuoteFeed;
  readonly kept: Kept;
  /** Ends every stream and call: the key is forgotten. */
  readonly leave: () => void;
};
/** What the page remembers while it is open. */
export type Kept = { indicators: readonly string[] };
export const SurroundingsContext = createContext<Surroundings | undefined>(undefined);

export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (surroundings === undefined) throw new Error("the page draws this only where there is a key");
  return surroundings;
}

export type Resource<Body> = {
  readonly value?: Body;
  /** When `value` came. */
  readonly receivedAt?: number;
  /** Why the newest call failed; an older value stays. */
  readonly failure?: Refused;
  readonly reload: () => void;
};

/** A platform that refuses is asked more and more seldom, up to this. */
const POLL_MS_MAX = 30_000;

type Get<Path extends string> = EndpointAt<"GET", Path>;
type Told<Body> = { key?: string; value?: Body; receivedAt?: number; failure?: Refused };

/** The answer of a GET, asked again each `everyMs` until it is `final`; not at all without the names in its path, and not while the tab is hidden. */
export function useResource<Path extends PathOf<"GET">>(
  path: Path,
  names: NamesOf<Get<Path>> | undefined,
  everyMs?: number,
  final?: (value: ReplyOf<Get<Path>>) => boolean,
): Resource<ReplyOf<Get<Path>>> {
  type Body = ReplyOf<Get<Path>>;
  const { client } = useSurroundings();
  const [told, setTold] = useState<Told<Body>>({});
  const key = names === undefined ? undefined : `${path} ${JSON.stringify(names)}`;
  const asking = useRef<() => void>(() => {});
  useEffect(() => {
    if (names === undefined || key === undefined) return;
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const askLater = (): void => {
      if (ended || everyMs === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(again, Math.min(POLL_MS_MAX, everyMs * 2 ** failures));
    };
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      try {
        // SAFETY: they are this path's names and not undefined; the compiler gives up on comparing all calls with each other.
        const value = await client.read(path, names as never);
        failures = 0;
        if (!ended) setTold({ key, value, receivedAt: Date.now() });
        if (final?.(value)) return;
      } catch (error) {
        failures += 1;
        if (!ended)
          setTold((before) => ({ ...(before.key === key ? before : { key }), failure: refusedOf(error) }));
      }
      askLater();
    };
    const again = (): void => {
      if (document.hidden) timer = setTimeout(again, everyMs);
      else void ask();
    };
    asking.current = () => void ask();
    void ask();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [client, key, everyMs]);
  const current = told.key === key ? told : {};
  return { ...current, reload: () => asking.current() };
}

export const refusedOf = (error: unknown): Refused =>
  error instanceof Refused
    ? error
    : new Refused("", 0, { code: "unreachable", detail: "the platform did not answer" });

/** `polling`: there is no stream, and the page asks instead. */
export type LinkState = "connecting" | "live" | "reconnecting" | "polling";

/** Follows these topics on the page's one stream; without any it follows nothing. */
export function useTopics(
  topics: readonly string[] | undefined,
  onMessage: (message: HeardMessage) => void,
  conflateMs?: ConflateMs,
): LinkState {
  const { live } = useSurroundings();
  const [link, setLink] = useState<LinkState>("connecting");
  const listener = useRef(onMessage);
  listener.current = onMessage;
  const subscriptions = useRef(new Map<string, Subscription>());
  const named = topics?.join(" ");
  useEffect(() => {
    const followed = subscriptions.current;
    for (const topic of topics ?? [])
      if (!followed.has(topic))
        followed.set(
          topic,
          live.subscribe(
            topic,
            (message) => listener.current(message as HeardMessage),
            conflateMs === undefined ? {} : { conflateMs },
          ),
        );
    for (const [topic, subscription] of followed) {
      if (topics?.includes(topic)) continue;
      subscription.close();
      followed.delete(topic);
    }
  }, [live, named]);
  useEffect(() => {
    let wasLive = false;
    const judge = (): void => {
      const now = linkOf(live, topics ?? [], wasLive);
      wasLive ||= now === "live";
      setLink(now);
    };
    judge();
    return live.watch(judge);
  }, [live, named]);
  useEffect(
    () => () => {
      for (const { close } of subscriptions.current.values()) close();
      subscriptions.current.clear();
    },
    [live],
  );
  return link;
}

/** A stream that never was there is none; a topic that the server refuses is asked for as if there were none. */
export function linkOf(live: Stream, topics: readonly string[], wasLive: boolean): LinkState {
  const { state } = live;
  if (state === "connecting") return "connecting";
  if (state === "reconnecting") return wasLive ? "reconnecting" : "polling";
  if (state !== "live" && state !== "partial") return "polling";
  const states = topics.map((topic) => live.healthOf(topic)?.state ?? "waiting");
  if (states.includes("refused")) return "polling";
  return "live";
}

/** Milliseconds of now, each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const onChange = (): void => setPlace(placeOf(location.hash));
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, []);
  return place;
}

/** Rows that only fly past while somebody scrolls are not worth a connection. */
const SEEN_MS_MIN = 300;

/** Whether the element that carries the ref is on the screen, and has been for a moment. */
export function useVisible<Shown extends Element>(): [(element: Shown | null) => void, boolean] {
  const [visible, setVisible] = useState(false);
  const [element, setElement] = useState<Shown | null>(null);
  useEffect(() => {
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let first = true;
    const observer = new IntersectionObserver((entries) => {
      clearTimeout(timer);
      const seen = entries.at(-1)?.isIntersecting === true;
      // What is there when the list appears is what somebody came for.
      if (first) setVisible(seen);
      else timer = setTimeout(() => setVisible(seen), SEEN_MS_MIN);
      first = false;
    });
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [element]);
  return [setElement, visible];
}

/** The newest quote of a symbol while it is watched; the last one that was seen stays. */
export function useQuote(symbol: string, watched: boolean): SeenQuote | undefined {
  const { quotes } = useSurroundings();
  const [seen, setSeen] = useState<SeenQuote>();
  useEffect(() => (watched ? quotes.watch(symbol, setSeen) : undefined), [quotes, symbol, watched]);
  return seen?.quote.symbol === symbol ? seen : undefined;
}
