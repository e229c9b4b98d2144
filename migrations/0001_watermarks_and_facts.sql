-- Up to where the mirror has each actor's facts, the facts themselves, and what could not be taken.

CREATE TABLE actor_watermark (
  actor text PRIMARY KEY,
  incarnation text NOT NULL,
  seq bigint NOT NULL,
  updated_at timestamptz NOT NULL
);

-- Uniqueness of (actor, seq) rests on the watermark row that moves in the same transaction; committed_at is fixed in the fact.
CREATE TABLE actor_fact (
  actor text NOT NULL,
  seq bigint NOT NULL,
  committed_at timestamptz NOT NULL,
  kind text NOT NULL,
  payload text NOT NULL,
  request_id text,
  traceparent text,
  PRIMARY KEY (actor, seq, committed_at)
) PARTITION BY RANGE (committed_at);

CREATE TABLE actor_fact_default PARTITION OF actor_fact DEFAULT;

CREATE TABLE dead_letter (
  actor text NOT NULL,
  seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  kind text NOT NULL,
  payload text NOT NULL,
  reason text NOT NULL,
  parked_at timestamptz NOT NULL,
  PRIMARY KEY (actor, seq)
);
