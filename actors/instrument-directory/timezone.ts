/** Whether a name is one of the IANA time zones. Asking the platform costs tens of microseconds, so one put asks once per name. */

/** Offsets like `+05:30` are no zones: they know no summer time. */
const NAME = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

export class Timezones {
  readonly #known = new Map<string, boolean>();

  has(name: string): boolean {
    const known = this.#known.get(name) ?? (NAME.test(name) && isZone(name));
    this.#known.set(name, known);
    return known;
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
