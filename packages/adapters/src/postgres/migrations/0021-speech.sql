-- D-18: by what a tenant's texts are spoken (null: as the product comes), and what is spoken beforehand.

alter table tenant add column speech jsonb;
grant update (speech) on tenant to seatgrid_app;

-- `key`: SHA-256 of voice and text.
create table spoken_text (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  key text not null,
  sha256 text not null,
  audio bytea not null,
  spoken_at timestamptz not null default now(),
  primary key (tenant_id, key)
);
create index spoken_text_sha256 on spoken_text (sha256);

alter table spoken_text enable row level security;
alter table spoken_text force row level security;
create policy tenant_wall on spoken_text to seatgrid_app
  using (tenant_id = (select current_setting('app.tenant_id')::uuid))
  with check (tenant_id = (select current_setting('app.tenant_id')::uuid));
grant select, insert, delete on spoken_text to seatgrid_app;
-- Nodes ask for sound by its fingerprint alone.
create policy platform_nodes on spoken_text for select to seatgrid_platform using (true);
grant select (sha256, audio) on spoken_text to seatgrid_platform;
