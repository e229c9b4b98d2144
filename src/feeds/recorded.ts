/** A recorded line is `<receive time in ns> <frame>`; a line without the time is a frame alone. */

const RECORDED_LINE = /^(\d{18,20}) (.*)$/s;

export type RecordedFrame = { readonly frame: string; readonly receivedAt: number | undefined };

export function recordedFrame(line: string): RecordedFrame {
  const recorded = RECORDED_LINE.exec(line);
  return recorded === null
    ? { frame: line, receivedAt: undefined }
    : { frame: recorded[2] ?? "", receivedAt: millisecondsOf(recorded[1] ?? "") };
}

/** Nanoseconds do not fit a double: the last six digits become the fraction. */
const millisecondsOf = (nanoseconds: string): number =>
  Number(`${nanoseconds.slice(0, -6)}.${nanoseconds.slice(-6)}`);
