/**
 * Properties draw their cases from one fixed seed, so that a commit that has passed passes again. `npm run test:properties` draws another
 * one each time, and more of them (`few-or-all.ts`); a failure prints the seed it was found with.
 */
import fc from "fast-check";

const SEED = 20_260_101;

if (process.env["PROPERTIES"] !== "random") fc.configureGlobal({ seed: SEED });
