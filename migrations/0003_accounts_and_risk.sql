-- Accounts, their limits, decisions, violations, executions and positions.

CREATE TABLE account (
  tenant text NOT NULL,
  account text NOT NULL,
  currency text NOT NULL,
  equity numeric NOT NULL,
  parent text,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant, account)
);

CREATE TABLE risk_limit (
  tenant text NOT NULL,
  account text NOT NULL,
  version integer NOT NULL,
  id text NOT NULL,
  kind text NOT NULL,
  definition jsonb NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant, account, version, id)
);

CREATE TABLE risk_decision (
  tenant text NOT NULL,
  account text NOT NULL,
  client_order_id text NOT NULL,
  strategy text,
  symbol text NOT NULL,
  side text NOT NULL,
  type text NOT NULL,
  qty numeric NOT NULL,
  price numeric,
  decision text NOT NULL,
  allowed_qty numeric NOT NULL,
  code text,
  limits_version integer NOT NULL,
  decided_at timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (actor, seq, decided_at)
) PARTITION BY RANGE (decided_at);

CREATE TABLE risk_decision_default PARTITION OF risk_decision DEFAULT;

CREATE TABLE violation (
  tenant text NOT NULL,
  account text NOT NULL,
  code text NOT NULL,
  detail jsonb NOT NULL,
  raised_at timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (actor, seq, raised_at)
) PARTITION BY RANGE (raised_at);

CREATE TABLE violation_default PARTITION OF violation DEFAULT;

CREATE TABLE execution (
  tenant text NOT NULL,
  account text NOT NULL,
  exec_id text NOT NULL,
  type text NOT NULL,
  client_order_id text,
  strategy text,
  symbol text,
  side text,
  qty numeric,
  price numeric,
  fee numeric,
  ts timestamptz NOT NULL,
  booked_at timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (actor, seq, booked_at)
) PARTITION BY RANGE (booked_at);

CREATE TABLE execution_default PARTITION OF execution DEFAULT;

CREATE TABLE position (
  tenant text NOT NULL,
  account text NOT NULL,
  symbol text NOT NULL,
  strategy text NOT NULL,
  qty numeric NOT NULL,
  cost numeric NOT NULL,
  realised numeric NOT NULL,
  fees numeric NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant, account, symbol, strategy)
);
