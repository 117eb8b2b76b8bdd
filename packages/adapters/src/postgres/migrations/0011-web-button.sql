-- A-03: buttons on web pages by which visitors call a number of the tenant.

create table web_button (like skill including all);
alter table web_button add foreign key (tenant_id) references tenant (id);
create unique index web_button_name_taken on web_button (tenant_id, name) where retired_at is null;

alter table web_button enable row level security;
alter table web_button force row level security;
create policy tenant_wall on web_button to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert, update, delete on web_button to seatgrid_app;
