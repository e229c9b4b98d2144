/** By which bars an account's covariances are reckoned, and which limits ask for them. */
import type { LimitKind } from "../../src/domain/limit.ts";
import { type RiskModel, USUAL_MODEL } from "./return-records.ts";
import type { Account, Limit } from "./state.ts";

export const modelOf = (account: Pick<Account, "riskModel"> | undefined): Required<RiskModel> => ({
  ...USUAL_MODEL,
  ...account?.riskModel,
});

const ASKING: readonly LimitKind[] = ["max-var", "max-correlation", "max-cluster-gross"];

type Demand = { readonly returns: boolean; readonly clusters: boolean };
const DEMANDS = new WeakMap<readonly Limit[], Demand>();

/** A set never changes: another one takes its place. */
function demandOf(limits: readonly Limit[]): Demand {
  const known = DEMANDS.get(limits);
  if (known !== undefined) return known;
  const demand = {
    returns: limits.some(({ kind }) => ASKING.includes(kind)),
    clusters: limits.some(({ kind }) => kind === "max-cluster-gross"),
  };
  DEMANDS.set(limits, demand);
  return demand;
}

export const demandsReturns = (limits: readonly Limit[]): boolean => demandOf(limits).returns;
export const demandsClusters = (limits: readonly Limit[]): boolean => demandOf(limits).clusters;

type Given = { readonly [Field in keyof RiskModel]: RiskModel[Field] | undefined };

/** What an account is put with, without what it does not say. */
export function givenModel({
  riskModel,
}: {
  readonly riskModel?: Given | undefined;
}): Pick<Account, "riskModel"> {
  if (riskModel === undefined) return {};
  const { resolution, lambda, minObservations } = riskModel;
  const given = {
    ...(resolution === undefined ? {} : { resolution }),
    ...(lambda === undefined ? {} : { lambda }),
    ...(minObservations === undefined ? {} : { minObservations }),
  };
  return { riskModel: given };
}
