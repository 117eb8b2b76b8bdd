-- D-24: ways to databases, web services, sockets and middleware that flows ask, and which inner hosts each tenant may reach.

create table connector (like skill including all);
alter table connector add foreign key (tenant_id) references tenant (id);
alter index connector_tenant_id_name_idx rename to connector_name_taken;
-- Sealed for `connector <id> password` and `connector <id> clientKey`.
alter table connector add column password bytea, add column client_key bytea;

alter table connector enable row level security;
alter table connector force row level security;
create policy tenant_wall on connector to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert, update, delete on connector to seatgrid_app;

-- The platform's to write: what is inside is not the tenant's to open.
alter table tenant add column inner_hosts jsonb not null default '[]';
