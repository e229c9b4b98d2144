/** What a feed shows while it runs: a bar on a terminal, a line now and then elsewhere, nothing when it is to be quiet. */
import { SingleBar } from "cli-progress";
import { number } from "./totals.ts";

export interface FeedDisplay {
  note(text: string): void;
  /** Lines done of lines in all. */
  progress(done: number, total: number): void;
  end(): void;
}

/** Often enough to see that a log is alive, seldom enough not to fill it. */
const LINE_EVERY_MS = 10_000;

export const silentDisplay: FeedDisplay = { note: () => {}, progress: () => {}, end: () => {} };

export function feedDisplay(output: NodeJS.WriteStream): FeedDisplay {
  return output.isTTY ? new BarDisplay(output) : new LineDisplay((text) => output.write(`${text}\n`));
}

class BarDisplay implements FeedDisplay {
  readonly #output: NodeJS.WriteStream;
  readonly #bar: SingleBar;
  #started = false;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
    const format =
      "Tape {bar} {percentage}% · {value} of {total} lines · {duration_formatted} · {eta_formatted} left";
    this.#bar = new SingleBar({
      format,
      stream: output,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      hideCursor: true,
    });
  }

  note(text: string): void {
    this.end();
    this.#output.write(`${text}\n`);
  }

  progress(done: number, total: number): void {
    if (this.#started) this.#bar.update(done);
    else this.#bar.start(total, done);
    this.#started = true;
  }

  end(): void {
    if (this.#started) this.#bar.stop();
    this.#started = false;
  }
}

export class LineDisplay implements FeedDisplay {
  readonly #print: (text: string) => void;
  #printedAt = Date.now();

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  note(text: string): void {
    this.#print(text);
  }

  progress(done: number, total: number): void {
    if (Date.now() - this.#printedAt < LINE_EVERY_MS) return;
    this.#printedAt = Date.now();
    this.#print(`Tape: ${number(done)} of ${number(total)} lines (${Math.floor((done / total) * 100)} %)`);
  }

  end(): void {}
}
