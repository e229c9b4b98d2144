/** What a bench reads of the shard's answers. */
export type Json = Record<string, unknown>;
export type Check = {
  code: string;
  scope: { kind: string; id?: string };
  verdict: string;
  limit: string | null;
  observed: string | null;
  projected: string | null;
  headroom: string | null;
  utilisation: string | null;
  reason?: string;
};
export type Decision = {
  clientOrderId: string;
  decision: string;
  allowedQty: string;
  code?: string;
  fixCode?: number;
  checks: Check[];
  warnings: string[];
  limitsVersion: number;
  seq: number;
  orderId?: string;
};
export type Fact = { seq: number; kind: string; payload: Json; extras: string[] };
