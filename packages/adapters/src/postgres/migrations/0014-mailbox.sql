-- D-11: boxes callers leave messages in, and what is known of the messages: their sound lies at the node that took them.

create table mailbox (like skill including all);
alter table mailbox add foreign key (tenant_id) references tenant (id);
alter index mailbox_tenant_id_name_idx rename to mailbox_name_taken;
create unique index mailbox_number_taken on mailbox (tenant_id, (body ->> 'number')) where retired_at is null;

create table voice_message (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null,
  node_id uuid not null,
  mailbox_id uuid not null,
  call_id uuid not null,
  from_number text not null,
  left_at timestamptz not null,
  duration_ms integer not null,
  path text not null,
  octets bigint not null,
  sha256 text not null,
  is_heard boolean not null default false,
  deleted_at timestamptz,
  purged_at timestamptz,
  mailed_at timestamptz,
  mail_tries integer not null default 0,
  mail_due_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, mailbox_id) references mailbox (tenant_id, id)
);
create index voice_message_of_box on voice_message (tenant_id, mailbox_id, id desc) where purged_at is null;
create index voice_message_to_mail on voice_message (mail_due_at) where mail_due_at is not null;

do $$
declare walled text;
begin
  foreach walled in array array['mailbox', 'voice_message'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format('create policy tenant_wall on %I to seatgrid_app
      using (tenant_id = (select current_setting(''app.tenant_id'')::uuid))
      with check (tenant_id = (select current_setting(''app.tenant_id'')::uuid))', walled);
    execute format('grant select, insert, update, delete on %I to seatgrid_app', walled);
  end loop;
end
$$;
