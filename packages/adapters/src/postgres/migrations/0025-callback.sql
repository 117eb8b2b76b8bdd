-- Calls that queues owe: told by the journals of the nodes that keep them, never written otherwise.

create table callback (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null,
  node_id uuid not null,
  queue_id uuid not null,
  number text not null,
  origin text not null check (origin in ('caller', 'list')),
  call_id uuid,
  since timestamptz not null,
  attempts integer not null default 0,
  next_at timestamptz,
  last_call_id uuid,
  ended_at timestamptz,
  ending text,
  primary key (tenant_id, id),
  foreign key (tenant_id, queue_id) references queue (tenant_id, id)
);
create index callback_owed on callback (tenant_id, id desc) where ended_at is null;

alter table callback enable row level security;
alter table callback force row level security;
create policy tenant_wall on callback to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert, update on callback to seatgrid_app;
