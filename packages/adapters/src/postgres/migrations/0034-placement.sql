-- C-12: the nodes that serve a tenant; one that names none is served by all. A node that is named is not removed.

create table tenant_node (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  node_id uuid not null,
  primary key (tenant_id, node_id),
  constraint tenant_on_node foreign key (node_id) references node (id)
);

alter table tenant_node enable row level security;
alter table tenant_node force row level security;
create policy tenant_wall on tenant_node to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
create policy platform on tenant_node to seatgrid_platform using (true) with check (true);
grant select on tenant_node to seatgrid_app;
grant select, insert, delete on tenant_node to seatgrid_platform;
