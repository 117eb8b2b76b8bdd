-- F-14: where a site is, and how far away its agents count, of a hundred.

alter table site
  add column latitude double precision,
  add column longitude double precision,
  add column weight integer not null default 100 check (weight between 1 and 1000),
  add check ((latitude is null) = (longitude is null));

-- A tenant's calls are matched by them.
grant select (id, latitude, longitude, weight) on site to seatgrid_app;
