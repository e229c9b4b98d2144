/** Asks for the key. It stays in this tab and goes nowhere but into the header of calls. */
import { useState } from "preact/hooks";

type SignInProps = { readonly refused: boolean; readonly onKey: (key: string) => void };

export function SignIn({ refused, onKey }: SignInProps) {
  const [typed, setTyped] = useState("");
  const enter = (event: Event): void => {
    event.preventDefault();
    if (typed.trim() !== "") onKey(typed.trim());
  };
  return (
    <main class="sign-in">
      <form onSubmit={enter}>
        <img src="/console/mark.svg" alt="" width="48" height="48" />
        <h1>Outcry</h1>
        <label for="key">API key</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          placeholder="ok_…"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          aria-describedby="key-told"
          aria-invalid={refused}
          autofocus
        />
        <p id="key-told" class={refused ? "failure" : "muted"} role={refused ? "alert" : undefined}>
          {refused
            ? "This key was refused: it is unknown, revoked or has ended. Enter another one."
            : "npm start prints a key and a link that brings it along. It stays in this tab until you forget it."}
        </p>
        <button type="submit" class="primary">
          Open the Console
        </button>
        <a href="/docs">The API’s document</a>
      </form>
    </main>
  );
}
