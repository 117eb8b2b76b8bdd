-- E-10: agents of four kinds, led in groups whose leader position can be reached.

create table agent_group (like skill including all);
alter table agent_group add foreign key (tenant_id) references tenant (id);
create unique index agent_group_name_taken on agent_group (tenant_id, name) where retired_at is null;

alter table agent_group enable row level security;
alter table agent_group force row level security;
create policy tenant_wall on agent_group to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert, update, delete on agent_group to seatgrid_app;

alter table agent
  add column kind text not null default 'general' check (kind in ('general', 'specialist', 'regional', 'leader')),
  add column group_id uuid,
  add constraint agent_of_group foreign key (tenant_id, group_id) references agent_group (tenant_id, id);
