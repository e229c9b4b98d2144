/** A reader of Prometheus text 0.0.4, written from the published grammar alone: it throws at whatever a server would refuse. */

export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};
export type Family = { readonly type: string; readonly help: string; readonly samples: readonly Sample[] };

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];

type Families = Map<string, { readonly type: string; readonly help: string; readonly samples: Sample[] }>;

export function parsePrometheus(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line must end with a line feed");
  const families: Families = new Map();
  const seen = new Set<string>();
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, what, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (what === undefined) takeSample(families, current, line, seen);
    else {
      takeComment(families, what, name, rest);
      current = name;
    }
  }
  for (const [name, family] of families) checkFamily(name, family);
  return families;
}

function takeComment(families: Families, what: string, name: string, rest: string): void {
  if (!NAME.test(name)) throw new Error(`no metric name: ${name}`);
  if (what === "HELP" && families.has(name)) throw new Error(`a second HELP of ${name}`);
  if (what === "TYPE" && !TYPES.includes(rest)) throw new Error(`no type: ${rest}`);
  const samples: Sample[] = [];
  const family = families.get(name) ?? { type: "untyped", help: "", samples };
  if (family.samples.length > 0) throw new Error("TYPE and HELP come before the samples");
  families.set(name, what === "HELP" ? { ...family, help: rest } : { ...family, type: rest });
}

function takeSample(families: Families, current: string, line: string, seen: Set<string>): void {
  const sample = sampleIn(line);
  const family = families.get(current);
  if (family === undefined || familyOf(sample.name, family.type) !== current)
    throw new Error(`${sample.name} stands outside its family`);
  const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
  if (seen.has(key)) throw new Error(`a series twice: ${line}`);
  seen.add(key);
  family.samples.push(sample);
}

/** Of one series; 0 where it is absent. */
export function valueOf(
  families: Map<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ""));
  const found = family?.samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return (found ?? []).reduce((sum, { value }) => sum + value, 0);
}

const familyOf = (name: string, type: string): string =>
  type === "histogram" ? name.replace(/_(bucket|sum|count)$/, "") : name;

const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\+Inf|-Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
/** A label and its value, in which backslash, quote and line feed are escaped and nothing else is. */
const PAIR = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=[a-zA-Z_])|$)/y;
const ESCAPED: Readonly<Record<string, string>> = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };

function sampleIn(line: string): Sample {
  const [, name, pairs = "", value] = SAMPLE.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`no sample: ${line}`);
  return { name, labels: labelsIn(pairs), value: Number(value.replace("Inf", "Infinity")) };
}

function labelsIn(pairs: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let at = 0; at < pairs.length; at = PAIR.lastIndex) {
    PAIR.lastIndex = at;
    const [, label, value = ""] = PAIR.exec(pairs) ?? [];
    if (label === undefined || label in labels) throw new Error(`no labels: ${pairs}`);
    labels[label] = value.replaceAll(/\\[\\"n]/g, (escape) => ESCAPED[escape] ?? "");
  }
  return labels;
}

function checkFamily(name: string, { type, help, samples }: Family): void {
  if (help === "" || samples.length === 0) throw new Error(`${name} has no HELP or no sample`);
  if (type === "counter" && !name.endsWith("_total")) throw new Error(`a counter ends in _total: ${name}`);
  if (type === "counter" && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} is below 0`);
  if (type === "histogram") checkHistogram(name, samples);
}

type Histogram = { buckets: [le: number, value: number][]; parts: Map<string, number> };

/** Buckets rise to +Inf, which is the count. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const byLabels = new Map<string, Histogram>();
  for (const { name: of, labels, value } of samples) {
    const { le = "", ...others } = labels;
    const key = JSON.stringify(Object.entries(others).sort());
    const histogram: Histogram = byLabels.get(key) ?? { buckets: [], parts: new Map() };
    byLabels.set(key, histogram);
    if (of === `${name}_bucket`) histogram.buckets.push([Number(le.replace("Inf", "Infinity")), value]);
    else histogram.parts.set(of.slice(name.length), value);
  }
  for (const [key, histogram] of byLabels)
    if (!isHistogram(histogram)) throw new Error(`${name} is no histogram: ${key}`);
}

function isHistogram({ buckets, parts }: Histogram): boolean {
  const rises = buckets.every(([le, value], index) => {
    const [before, below] = buckets[index - 1] ?? [Number.NEGATIVE_INFINITY, 0];
    return le > before && value >= below;
  });
  const [last, all] = buckets.at(-1) ?? [];
  const isWhole = parts.size === 2 && parts.has("_sum") && parts.get("_count") === all;
  return rises && last === Number.POSITIVE_INFINITY && isWhole;
}
