/** The keys of the keyboard. */
import type { RefObject } from "preact";
import { SHORTCUTS } from "../shortcuts.ts";

export const KeysDialog = ({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) => (
  <dialog ref={dialog} aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl class="keys">
      {SHORTCUTS.map(([keys, meaning]) => (
        <div key={keys}>
          <dt>
            {keys.split(" ").map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
    <p class="muted small">
      Charts by{" "}
      <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
        TradingView Lightweight Charts™
      </a>
      , © TradingView, Inc.; <a href="/console/licences.txt">licences</a>.
    </p>
    <form method="dialog">
      <button type="submit" class="primary" autofocus>
        Close
      </button>
    </form>
  </dialog>
);
