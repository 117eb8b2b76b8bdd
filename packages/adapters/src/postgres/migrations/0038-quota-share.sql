-- C-08: what each node may have of a tenant's quotas, so that all together never have more than the whole.

create table quota_share (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  node_id uuid not null references node (id) on delete cascade,
  -- Of the last word to the node.
  number integer not null check (number >= 0),
  told_agents integer not null check (told_agents >= 0),
  told_calls integer not null check (told_calls >= 0),
  -- The most it may have, whatever it has heard.
  held_agents integer not null check (held_agents >= 0),
  held_calls integer not null check (held_calls >= 0),
  used_agents integer not null check (used_agents >= 0),
  used_calls integer not null check (used_calls >= 0),
  primary key (tenant_id, node_id)
);

create index quota_share_by_node on quota_share (node_id);

alter table quota_share enable row level security;
alter table quota_share force row level security;
create policy tenant_wall on quota_share to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
create policy platform on quota_share to seatgrid_platform using (true) with check (true);
grant select, insert, update on quota_share to seatgrid_app;
grant select, delete on quota_share to seatgrid_platform;
