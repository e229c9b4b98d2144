/** Every rule of the directory. A put is decided as a whole: all of its instruments are stored, or none. */
import type { Instrument } from "../../src/domain/instrument.ts";
import { type AliasOwners, takenAliases } from "./aliases.ts";
import { INSTRUMENTS_MAX } from "./bounds.ts";
import type { Fault } from "./instrument-faults.ts";
import { type Built, type FixedCode, instrumentFrom } from "./instrument-from.ts";
import type { InstrumentLine } from "./messages.ts";
import type { DirectoryState, Present } from "./state.ts";
import { Timezones } from "./timezone.ts";

export type PutAccepted = {
  readonly ok: true;
  /** What the directory holds afterwards, in the order of the lines. */
  readonly stored: readonly Instrument[];
  /** Those among them that the put makes or changes. */
  readonly changed: readonly Instrument[];
};
export type PutRefused = {
  readonly ok: false;
  readonly code: "instrument-invalid" | FixedCode | "alias-taken" | "too-many";
  readonly detail: string;
  readonly errors?: readonly Fault[];
};

/** Faults that one reply names; who sends more of them has a bug and not a typo. */
const FAULTS_MAX = 50;

export function decidePut(
  state: DirectoryState,
  lines: readonly InstrumentLine[],
  present: Present,
  owners: AliasOwners = new Map(),
): PutAccepted | PutRefused {
  const timezones = new Timezones();
  const built = withoutDoubles(lines).map((line) =>
    line === undefined ? DOUBLE : instrumentFrom(line, present.get(line.symbol), timezones),
  );
  const refused = refusalOf(built);
  if (refused !== undefined) return refused;

  const stored = built.flatMap((one) => (one.ok ? [one.instrument] : []));
  const taken = takenAliases(stored, owners);
  if (taken.length > 0) {
    const detail = taken.map((fault) => `${fault.path} ${fault.detail}`).join("; ");
    return { ok: false, code: "alias-taken", detail, errors: taken.slice(0, FAULTS_MAX) };
  }
  const changed = stored.filter((instrument) => instrument !== present.get(instrument.symbol));
  const made = changed.filter((instrument) => !present.has(instrument.symbol)).length;
  if (state.instruments + made > INSTRUMENTS_MAX)
    return {
      ok: false,
      code: "too-many",
      detail: `the directory holds at most ${INSTRUMENTS_MAX} instruments`,
    };
  return { ok: true, stored, changed };
}

const DOUBLE: Built = {
  ok: false,
  code: "instrument-invalid",
  faults: [{ path: "symbol", code: "field-combination", detail: "stands on an earlier line too" }],
};

/** Undefined where a symbol comes a second time: the caller cannot have meant both. */
function withoutDoubles(lines: readonly InstrumentLine[]): readonly (InstrumentLine | undefined)[] {
  const seen = new Set<string>();
  return lines.map((line) => {
    if (seen.has(line.symbol)) return undefined;
    seen.add(line.symbol);
    return line;
  });
}

/** The first faulty line gives the code; the faults of all are named with the line that they are on. */
function refusalOf(built: readonly Built[]): PutRefused | undefined {
  const first = built.find((one) => !one.ok);
  if (first === undefined || first.ok) return undefined;
  const errors = built.flatMap((one, index) =>
    one.ok
      ? []
      : one.faults.map((fault) => ({
          ...fault,
          path: built.length === 1 ? fault.path : `${index}.${fault.path}`,
        })),
  );
  const detail = first.faults.map((fault) => `${fault.path} ${fault.detail}`).join("; ");
  return { ok: false, code: first.code, detail, errors: errors.slice(0, FAULTS_MAX) };
}
