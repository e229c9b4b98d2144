/** The page: the key, the way between the views, the keyboard. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Outcry } from "../client/outcry.ts";
import { timeOf } from "./figures.ts";
import { linkOf, type Surroundings, SurroundingsContext, useNow, usePlace, useResource } from "./hooks.ts";
import { fragmentOf, type Place, placeOf, VIEWS, type View } from "./location.ts";
import { KeysDialog } from "./parts/keys-dialog.tsx";
import { Later } from "./parts/later.tsx";
import { SignIn } from "./parts/sign-in.tsx";
import { StreamButton, StreamsDialog } from "./parts/streams-dialog.tsx";
import { QuoteFeed } from "./quote-feed.ts";
import { forgetKey, keepKey, type Tab, takeKey } from "./session.ts";
import { listenToKeys } from "./shortcuts.ts";
import { switchTheme } from "./theme.ts";
import { Accounts } from "./views/accounts.tsx";
import { Strategies } from "./views/strategies.tsx";
import { Symbols } from "./views/symbols.tsx";

export function App({ tab }: { tab: Tab }) {
  const [key, setKey] = useState(() => takeKey(tab));
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    // The link may be followed in a tab that is open already.
    const onChange = (): void => {
      if (tab.location.hash.startsWith("#key=")) setKey(takeKey(tab));
    };
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, [tab]);
  const forget = (wasRefused: boolean): void => {
    forgetKey(tab);
    setRefused(wasRefused);
    setKey(undefined);
  };
  const enter = (given: string): void => {
    keepKey(tab, given);
    setRefused(false);
    setKey(given);
  };
  if (key === undefined) return <SignIn refused={refused} onKey={enter} />;
  return <Signed key={key} apiKey={key} onForget={() => forget(false)} onRefused={() => forget(true)} />;
}

type SignedProps = { readonly apiKey: string; readonly onForget: () => void; readonly onRefused: () => void };

function Signed({ apiKey, onForget, onRefused }: SignedProps) {
  const surroundings = useMemo(() => surroundingsOf(apiKey, onRefused), [apiKey]);
  useEffect(() => () => surroundings.leave(), [surroundings]);
  const place = usePlace();
  const dialog = useRef<HTMLDialogElement>(null);
  const streams = useRef<HTMLDialogElement>(null);
  const help = (): void => dialog.current?.showModal();
  useEffect(
    () =>
      listenToKeys({
        go: (view) => {
          location.hash = fragmentOf(view);
        },
        leave: () => {
          const { view, opened, decision } = placeOf(location.hash);
          if (opened !== undefined)
            location.hash = fragmentOf(view, decision === undefined ? undefined : opened);
        },
        help,
        theme: switchTheme,
      }),
    [],
  );
  return (
    <SurroundingsContext.Provider value={surroundings}>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <TopBar
        view={place.view}
        onForget={onForget}
        onHelp={help}
        onStreams={() => streams.current?.showModal()}
      />
      <main id="main" tabIndex={-1}>
        <Shown place={place} />
      </main>
      <KeysDialog dialog={dialog} />
      <StreamsDialog dialog={streams} />
    </SurroundingsContext.Provider>
  );
}

/** A list of figures that change more often is not read but watched flicker. */
const QUOTE_MS = 250;
/** A call that hangs longer than this is worth less than the next one. */
const CALL_MS_MAX = 15_000;

function surroundingsOf(apiKey: string, onRefused: () => void): Surroundings {
  const left = new AbortController();
  const client = new Outcry({
    signal: left.signal,
    url: location.origin,
    apiKey,
    // The page asks again by itself, and shows meanwhile why.
    patienceMs: 0,
    attemptMs: CALL_MS_MAX,
    onRefused: ({ status }) => status === 401 && onRefused(),
  });
  const live = client.stream();
  const quotes = new QuoteFeed({
    stream: (symbol, { live: tell, quote }) => {
      const topic = `quote.${symbol}` as const;
      const { close } = live.subscribe(topic, ({ data }) => quote(data), { conflateMs: QUOTE_MS });
      const judge = (): void => tell(linkOf(live, [topic], true) === "live");
      const unwatch = live.watch(judge);
      judge();
      return {
        close: () => {
          unwatch();
          close();
        },
      };
    },
    poll: (symbol) => client.get("/v1/symbols/{symbol}/quote", { symbol }),
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    now: Date.now,
  });
  const leave = (): void => {
    quotes.close();
    live.close();
    left.abort();
  };
  return { client, live, quotes, kept: { indicators: [] }, leave };
}

function Shown({ place: { view, opened, resolution, decision } }: { place: Place }) {
  const named = opened === undefined ? {} : { opened };
  switch (view) {
    case "symbols":
      return <Symbols {...named} resolution={resolution} />;
    case "accounts":
      return <Accounts {...named} decision={decision} />;
    case "strategies":
      return <Strategies {...named} resolution={resolution} />;
    case "firms":
    case "system":
      return <Later view={view} {...named} />;
  }
}

const VIEW_TEXT: Readonly<Record<View, string>> = {
  symbols: "Symbols",
  accounts: "Accounts",
  firms: "Firms",
  strategies: "Strategies",
  system: "System",
};

type TopBarProps = {
  readonly view: View;
  readonly onForget: () => void;
  readonly onHelp: () => void;
  readonly onStreams: () => void;
};

const TopBar = ({ view, onForget, onHelp, onStreams }: TopBarProps) => (
  <header class="top">
    <a class="mark" href={fragmentOf("symbols")} aria-label="Outcry, to the symbols">
      <img src="/console/mark.svg" alt="" width="24" height="24" />
      <span>Outcry</span>
    </a>
    <nav aria-label="Views">
      {VIEWS.map((one) => (
        <a key={one} href={fragmentOf(one)} aria-current={one === view ? "page" : undefined}>
          {VIEW_TEXT[one]}
          {one === "system" ? <HealthDot /> : null}
        </a>
      ))}
    </nav>
    <div class="tools">
      <Clock />
      <StreamButton onOpen={onStreams} />
      <button type="button" class="quiet" onClick={switchTheme} title="Dark or light (d)">
        <span aria-hidden="true">◐</span>
        <span class="hidden">Dark or light</span>
      </button>
      <button type="button" class="quiet" onClick={onHelp} title="Keys (?)">
        <span aria-hidden="true">?</span>
        <span class="hidden">Keys</span>
      </button>
      <a class="quiet wide-only" href="/docs">
        API
      </a>
      <button type="button" class="quiet" onClick={onForget}>
        Forget key
      </button>
    </div>
  </header>
);

const NOTHING = {};
/** Seldom enough to cost nothing, often enough to be noticed before a call fails. */
const HEALTH_MS = 8_000;

function HealthDot() {
  const { value, failure } = useResource("/health/ready", NOTHING, HEALTH_MS);
  const status = failure === undefined ? (value?.status ?? "unknown") : "unreachable";
  return (
    <span class={`health-dot ${status}`} title={`Health: ${status}`}>
      <span class="hidden">, {status}</span>
    </span>
  );
}

const Clock = () => (
  <time class="clock number wide-only">
    {timeOf(useNow())} <small class="muted">UTC</small>
  </time>
);
