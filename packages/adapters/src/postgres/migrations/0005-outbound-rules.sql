-- A-17, A-18, B-08: over which trunks agents call out, how carriers write numbers, and which number is local to which site.

alter table trunk
  add column number_format jsonb,
  add column is_for_every_tenant boolean not null default true;

-- Whose outside calls may leave on a trunk that is not everybody's.
create table trunk_tenant (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  trunk_id uuid not null references trunk (id) on delete cascade,
  primary key (tenant_id, trunk_id)
);

alter table did add column site_id uuid;
alter table did add constraint did_of_site foreign key (site_id) references site (id);

create table outbound_rule (like skill including all);
alter table outbound_rule add foreign key (tenant_id) references tenant (id);
create unique index outbound_rule_name_taken on outbound_rule (tenant_id, name) where retired_at is null;

do $$
declare walled text;
begin
  foreach walled in array array['trunk_tenant', 'outbound_rule'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format('create policy tenant_wall on %I to seatgrid_app
      using (tenant_id = (select current_setting(''app.tenant_id'')::uuid))
      with check (tenant_id = (select current_setting(''app.tenant_id'')::uuid))', walled);
  end loop;
end $$;
grant select, insert, update, delete on outbound_rule to seatgrid_app;
grant select on trunk_tenant to seatgrid_app;
create policy platform on trunk_tenant to seatgrid_platform using (true) with check (true);
grant select, insert, delete on trunk_tenant to seatgrid_platform;

-- A tenant names the trunks it may use, and sees no other.
alter table trunk enable row level security;
alter table trunk force row level security;
create policy platform on trunk to seatgrid_platform using (true) with check (true);
create policy tenant_may_use on trunk for select to seatgrid_app
  using (is_for_every_tenant or id in (select trunk_id from trunk_tenant));
grant select (id, name, node_id, is_for_every_tenant) on trunk to seatgrid_app;
