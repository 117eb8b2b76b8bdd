-- F-08: which agent a customer's calls are for first.

create table dedicated_agent (like skill including all);
alter table dedicated_agent add foreign key (tenant_id) references tenant (id);
alter index dedicated_agent_tenant_id_name_idx rename to dedicated_agent_pattern_taken;
-- What the body says, kept true by the database: no other tenant's agent, and none that is not there.
alter table dedicated_agent
  add column agent_id uuid not null generated always as ((body ->> 'agentId')::uuid) stored,
  add constraint dedicated_agent_of_agent foreign key (tenant_id, agent_id) references agent (tenant_id, id);
create index dedicated_agent_by_agent on dedicated_agent (tenant_id, agent_id) where retired_at is null;

alter table dedicated_agent enable row level security;
alter table dedicated_agent force row level security;
create policy tenant_wall on dedicated_agent to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert, update, delete on dedicated_agent to seatgrid_app;
