-- A node is drained before it is taken away, and declared lost where it will not come back.

alter table node add column state text not null default 'serving' check (state in ('serving', 'draining', 'lost'));
grant select (state) on node to seatgrid_app;
