-- API keys by what may be shown of them; secrets and their digests never leave the keyring.

CREATE TABLE api_key (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  prefix text NOT NULL,
  scopes jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  actor text NOT NULL,
  seq bigint NOT NULL
);
