-- The key a node proves itself by can be changed and withdrawn.

alter table node
  -- Offered by the node and not used yet: both are believed until it is.
  add column next_public_key jsonb,
  -- The one before: what was signed by it may come late.
  add column former_public_key jsonb,
  add column key_since timestamptz,
  -- An operator asked for another key.
  add column key_wanted_at timestamptz,
  add column revoked_at timestamptz;

-- What proves a node to its centre is public.
grant select (next_public_key, former_public_key) on node to seatgrid_app;
