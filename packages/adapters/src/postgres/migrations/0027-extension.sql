-- D-13: functions of the tenant's own that flows run.

create table extension (like skill including all);
alter table extension add foreign key (tenant_id) references tenant (id);
alter index extension_tenant_id_name_idx rename to extension_name_taken;

alter table extension enable row level security;
alter table extension force row level security;
create policy tenant_wall on extension to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert, update, delete on extension to seatgrid_app;
