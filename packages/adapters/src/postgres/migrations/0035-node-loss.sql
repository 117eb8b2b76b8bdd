-- What each tenant lost with a node that will not come back, thing by thing. It names no number: the platform's role reads no call.

create table node_loss (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  kind text not null check (kind in ('record', 'recording', 'voice-message', 'fax')),
  -- Of the call, the recording, the message or the fax.
  id uuid not null,
  call_id uuid not null,
  node_id uuid not null references node (id),
  started_at timestamptz not null,
  duration_ms integer not null,
  lost_at timestamptz not null,
  primary key (tenant_id, kind, id)
);
create index node_loss_of_call on node_loss (tenant_id, call_id);
create index node_loss_by_time on node_loss (started_at);

alter table node_loss enable row level security;
alter table node_loss force row level security;
create policy tenant_wall on node_loss to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
create policy platform_look on node_loss for select to seatgrid_platform using (true);
grant select, insert on node_loss to seatgrid_app;
grant select on node_loss to seatgrid_platform;
