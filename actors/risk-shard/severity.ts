/** How much a trading state forbids: 0 active · 1 reducing · 2 halted · 3 killed. */
export type Severity = 0 | 1 | 2 | 3;
