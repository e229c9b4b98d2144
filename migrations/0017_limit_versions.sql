-- Sets of limits as they were in force, one row a version: which one held at a moment, and who put it why.

CREATE TABLE limit_version (
  tenant text NOT NULL,
  account text NOT NULL,
  version integer NOT NULL,
  limits jsonb NOT NULL,
  -- Null in versions from before it was told with the limits.
  by text,
  origin jsonb,
  since timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant, account, version)
);

INSERT INTO limit_version
SELECT split_part(substr(actor, strpos(actor, ':') + 1), '/', 1), substr(actor, strpos(actor, '/') + 1),
  (payload::jsonb ->> 'version')::integer, payload::jsonb -> 'limits', payload::jsonb ->> 'by', NULL,
  to_timestamp((payload::jsonb ->> 'at')::bigint / 1000.0), actor, seq
FROM actor_fact WHERE kind = 'limits-put' AND actor LIKE 'risk-shard:%/%'
ON CONFLICT DO NOTHING;

-- Facts are kept for two years, limits for ever. An empty set has left no row then.
INSERT INTO limit_version
SELECT tenant, account, version, jsonb_agg(definition ORDER BY id), NULL, NULL, min(at), min(actor), min(seq)
FROM risk_limit GROUP BY tenant, account, version
ON CONFLICT DO NOTHING;
