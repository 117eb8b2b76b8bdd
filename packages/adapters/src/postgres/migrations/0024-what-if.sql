-- Days replayed under other settings: what was asked, how far it is, what came of it; and lists of calls that were uploaded for it.

create table what_if_list (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null default uuidv7(),
  name text not null,
  calls jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);

create table what_if (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null default uuidv7(),
  asked jsonb not null,
  list_id uuid generated always as ((asked -> 'arrivals' ->> 'listId')::uuid) stored,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  progress real not null default 0,
  fault text,
  result jsonb,
  made_by text not null,
  created_at timestamptz not null default now(),
  -- Of the replica that works on it: one that says nothing any more has died.
  beat_at timestamptz,
  ended_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, list_id) references what_if_list (tenant_id, id)
);
create index what_if_to_do on what_if (tenant_id, created_at) where state in ('waiting', 'running');

do $$
declare walled text;
begin
  foreach walled in array array['what_if_list', 'what_if'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format('create policy tenant_wall on %I to seatgrid_app
      using (tenant_id = (select current_setting(''app.tenant_id'')::uuid))
      with check (tenant_id = (select current_setting(''app.tenant_id'')::uuid))', walled);
    execute format('grant select, insert, update, delete on %I to seatgrid_app', walled);
  end loop;
end
$$;
