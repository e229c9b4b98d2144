/** A symbol's labels as the tenant's book tells them. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { LabelGone, LabelObject } from "../contracts/labels.ts";
import { useTopics } from "./hooks.ts";
import { Labels } from "./labels.ts";

/** The newest of them and every change since. Where there is no stream the chart stands without. */
export function useLabels(symbol: string, exists: boolean): readonly LabelObject[] {
  const topic = `labels.${symbol}`;
  const known = useRef(new Labels());
  const [labels, setLabels] = useState<readonly LabelObject[]>([]);
  useEffect(() => {
    known.current = new Labels();
    setLabels([]);
  }, [symbol]);
  useTopics(exists ? [topic] : undefined, ({ topic: told, type, data }) => {
    if (told !== topic) return;
    if (type === "snap") known.current.snapshot(data as readonly LabelObject[]);
    else if (type === "delta") known.current.change(data as LabelObject | LabelGone);
    setLabels(known.current.all);
  });
  return labels;
}
