-- A-16: boxes faxes come to, and what is known of the faxes: their pages lie at the node that took them.

create table fax_box (like skill including all);
alter table fax_box add foreign key (tenant_id) references tenant (id);
alter index fax_box_tenant_id_name_idx rename to fax_box_name_taken;

create table fax (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null,
  node_id uuid not null,
  fax_box_id uuid not null,
  call_id uuid not null,
  from_number text not null,
  far_identification text not null,
  received_at timestamptz not null,
  duration_ms integer not null,
  pages integer not null,
  ending text not null,
  rows_per_inch integer not null,
  path text not null,
  octets bigint not null,
  sha256 text not null,
  is_read boolean not null default false,
  deleted_at timestamptz,
  purged_at timestamptz,
  mailed_at timestamptz,
  mail_tries integer not null default 0,
  mail_due_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, fax_box_id) references fax_box (tenant_id, id)
);
create index fax_of_box on fax (tenant_id, fax_box_id, id desc) where purged_at is null;
create index fax_to_mail on fax (mail_due_at) where mail_due_at is not null;

-- Whether a node has what receives faxes; null: it never said.
alter table node add column receives_faxes boolean;

do $$
declare walled text;
begin
  foreach walled in array array['fax_box', 'fax'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format('create policy tenant_wall on %I to seatgrid_app
      using (tenant_id = (select current_setting(''app.tenant_id'')::uuid))
      with check (tenant_id = (select current_setting(''app.tenant_id'')::uuid))', walled);
    execute format('grant select, insert, update, delete on %I to seatgrid_app', walled);
  end loop;
end
$$;
