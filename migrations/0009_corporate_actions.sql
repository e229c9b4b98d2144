-- Corporate actions of symbols as they stand; one that was revoked says when and by whom.

CREATE TABLE corporate_action (
  symbol text NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  ex_date date NOT NULL,
  terms jsonb NOT NULL,
  reference_price numeric,
  recorded_at timestamptz NOT NULL,
  recorded_by jsonb NOT NULL,
  revoked_at timestamptz,
  revoked_by jsonb,
  actor text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (symbol, id)
);
