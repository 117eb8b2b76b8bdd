-- F-17 to F-24: agents whose positions ring for a call.

create table ring_group (like skill including all);
alter table ring_group add foreign key (tenant_id) references tenant (id);
alter index ring_group_tenant_id_name_idx rename to ring_group_name_taken;

alter table ring_group enable row level security;
alter table ring_group force row level security;
create policy tenant_wall on ring_group to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert, update, delete on ring_group to seatgrid_app;
