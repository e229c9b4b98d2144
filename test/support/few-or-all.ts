/** How many cases, steps or seeds a test takes: a few in the gate, which has a quarter of an hour, and all of them by `npm run test:properties`. */
export const fewOrAll = <Amount>(few: Amount, all: Amount): Amount =>
  process.env["PROPERTIES"] === "random" ? all : few;
