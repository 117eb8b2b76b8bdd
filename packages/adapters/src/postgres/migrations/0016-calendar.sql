-- A-15: public holidays and special days, which go before working time.

create table calendar (like skill including all);
alter table calendar add foreign key (tenant_id) references tenant (id);
alter index calendar_tenant_id_name_idx rename to calendar_name_taken;

alter table calendar enable row level security;
alter table calendar force row level security;
create policy tenant_wall on calendar to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert, update, delete on calendar to seatgrid_app;
