-- What persons said of violations. A row of `violation` never changes, so this stands beside it.

CREATE TABLE violation_resolution (
  tenant text NOT NULL,
  account text NOT NULL,
  -- Seq of the fact that raised it.
  violation bigint NOT NULL,
  reason text NOT NULL,
  by text NOT NULL,
  resolved_at timestamptz NOT NULL,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (actor, violation)
);

INSERT INTO violation_resolution
SELECT split_part(substr(actor, strpos(actor, ':') + 1), '/', 1), substr(actor, strpos(actor, '/') + 1),
  (payload::jsonb ->> 'violation')::bigint, payload::jsonb ->> 'reason', payload::jsonb ->> 'by',
  to_timestamp((payload::jsonb ->> 'at')::bigint / 1000.0), actor, seq
FROM actor_fact WHERE kind = 'violation-resolved' AND actor LIKE 'risk-shard:%/%'
ON CONFLICT DO NOTHING;
