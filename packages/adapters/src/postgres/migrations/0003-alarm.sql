-- Alarms of the fleet: raised and cleared by the centre, acknowledged by operators. No tenant's role reaches them.

create table alarm (
  id uuid primary key default uuidv7(),
  node_id uuid not null references node (id) on delete cascade,
  kind text not null,
  raised_at timestamptz not null,
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text
);
-- Two replicas that see the same raise it once.
create unique index alarm_open on alarm (node_id, kind) where cleared_at is null;
alter table alarm enable row level security;
alter table alarm force row level security;
create policy platform on alarm to seatgrid_platform using (true) with check (true);
grant select, insert, update on alarm to seatgrid_platform;
