-- B-06, translation routing: numbers of the public network by which other nodes bring calls to a node that they do not reach by SIP.
-- The platform's own, of no tenant: tenants' role has no grant here.

alter table node add column public_numbers_use text not null default 'unreached'
  check (public_numbers_use in ('unreached', 'always'));

create table reserved_number (
  number text primary key check (number ~ '^\+[1-9][0-9]{3,14}$'),
  node_id uuid not null references node (id) on delete cascade
);
create index reserved_number_by_node on reserved_number (node_id);

alter table reserved_number enable row level security;
alter table reserved_number force row level security;
create policy platform on reserved_number to seatgrid_platform using (true) with check (true);
grant select, insert, delete on reserved_number to seatgrid_platform;
