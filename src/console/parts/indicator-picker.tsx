/** Which indicators stand on the chart: chosen from those that there are, or typed with their parameters (`ema_50`, `macd_12_26_9`). */
import { useId, useState } from "preact/hooks";
import type { Refused } from "../../client/refused.ts";
import { refusedOf, useResource, useSurroundings } from "../hooks.ts";

/** Panes beneath a chart that can still be told apart. */
const CHOSEN_MAX = 8;
/** The API's largest page; there are about a hundred. */
const LISTED_MAX = 1_000;

type PickerProps = {
  readonly symbol: string;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
};

export function IndicatorPicker({ symbol, chosen, onChange }: PickerProps) {
  const { client } = useSurroundings();
  const list = useId();
  const [typed, setTyped] = useState("");
  const [refused, setRefused] = useState<Refused>();
  const { value } = useResource("/v1/indicators", { limit: LISTED_MAX });
  /** The API says what it is called in full, or why there is no such thing. */
  const add = async (): Promise<void> => {
    const defs = typed.trim();
    if (defs === "") return;
    try {
      const names = { symbol, defs, limit: 1 };
      const { definitions } = await client.get("/v1/symbols/{symbol}/indicators", names);
      const ids = definitions.map(({ id }) => id).filter((id) => !chosen.includes(id));
      onChange([...chosen, ...ids].slice(-CHOSEN_MAX));
      setTyped("");
      setRefused(undefined);
    } catch (error) {
      setRefused(refusedOf(error));
    }
  };
  return (
    <form
      class="indicators"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      {chosen.map((id) => (
        <button
          key={id}
          type="button"
          class="chip"
          data-indicator={id}
          onClick={() => onChange(chosen.filter((one) => one !== id))}
          aria-label={`Take ${id} off the chart`}
        >
          {id} <span aria-hidden="true">✕</span>
        </button>
      ))}
      <input
        list={list}
        placeholder="Add an indicator: ema_50"
        aria-label="Add an indicator"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <datalist id={list}>
        {value?.items.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </datalist>
      <button type="submit" class="quiet">
        Add
      </button>
      {refused === undefined ? null : (
        <span class="caveat small" role="alert">
          {refused.problem.detail ?? refused.message} <code>{refused.code}</code>
        </span>
      )}
    </form>
  );
}
