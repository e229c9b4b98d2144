-- Labels: a tenant's notes on symbols as they stand, and every version that there was.

CREATE TABLE label (
  tenant text NOT NULL,
  id text NOT NULL,
  symbol text NOT NULL,
  ts timestamptz NOT NULL,
  text text NOT NULL,
  color text,
  metadata jsonb NOT NULL,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  deleted_at timestamptz,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE label_version (
  tenant text NOT NULL,
  id text NOT NULL,
  version integer NOT NULL,
  what text NOT NULL,
  at timestamptz NOT NULL,
  by text NOT NULL,
  body text NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant, id, version)
);
