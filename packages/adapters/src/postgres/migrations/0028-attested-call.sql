-- B-07: which statement of which node speaks of a call's sound. The statement itself is its event; the key is the node's when it came.

create table attested_call (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  call_id uuid not null,
  event_id uuid not null,
  node_id uuid not null,
  public_key jsonb not null,
  primary key (tenant_id, call_id, event_id)
);

alter table attested_call enable row level security;
alter table attested_call force row level security;
create policy tenant_wall on attested_call to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert on attested_call to seatgrid_app;

-- What proves a node to its centre is public.
grant select (public_key) on node to seatgrid_app;
