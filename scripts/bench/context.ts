/** What a row is given: the product under load, Workers to stand beside it, and a place to say how it goes. */
import { join } from "node:path";
import { buildLimit, type Product } from "./bundle.ts";
import type { Platform } from "./platform.ts";
import { Workerd } from "./workerd.ts";

export type Bench = {
  readonly platform: Platform;
  readonly product: Product;
  readonly folder: string;
  /** Of the build; where there are several, from here on. */
  readonly port: number;
  /** The small Worker in `entry`, on the same binary and with storage of its own on the same disk. */
  readonly limit: (
    entry: string,
    actors: Readonly<Record<string, string>>,
    variables?: Readonly<Record<string, string>>,
  ) => Promise<Workerd>;
  readonly note: (row: string, text: string) => void;
};

export type Workers = { readonly limit: Bench["limit"]; readonly stopAll: () => Promise<void> };

/** Limits of one row; they are stopped when it is done. */
export function limitWorkers(product: Product, folder: string, port: number): Workers {
  const started: Workerd[] = [];
  return {
    limit: async (entry, actors, variables = {}) => {
      const own = join(folder, `limit-${started.length}`);
      const file = `${own}.js`;
      await buildLimit(entry, file);
      const workerd = await Workerd.start({
        ...{ folder: own, file, port: port + started.length, actors, variables },
        compatibilityDate: product.compatibilityDate,
      });
      started.push(workerd);
      return workerd;
    },
    stopAll: async () => {
      await Promise.all(started.map((workerd) => workerd.stop()));
    },
  };
}
