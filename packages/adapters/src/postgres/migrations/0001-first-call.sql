-- Everything the first real call needs. Two serving roles, neither an owner, neither above row-level security:
--   seatgrid_app       one tenant's rows, the tenant named by app.tenant_id; without it every statement is an error
--   seatgrid_platform  the platform's own tables, and of tenants' tables only what the policies at the end say
-- tenant_id stands first in every primary and foreign key of a tenant's table, so no row can point into another tenant.

revoke create on schema public from public;
grant usage on schema public to seatgrid_app, seatgrid_platform;

-- The platform's own ---------------------------------------------------------------------------------------------------

create table site (
  id uuid primary key default uuidv7(),
  name text not null,
  time_zone text not null,
  created_at timestamptz not null default now(),
  constraint site_name_taken unique (name)
);

create table node (
  id uuid primary key default uuidv7(),
  site_id uuid not null,
  name text not null,
  public_key jsonb,
  desk_url text,
  sip_address text,
  product text,
  heard_at timestamptz,
  generation_wanted integer not null default 0,
  generation_applied integer not null default 0,
  config_sha256 text,
  acknowledged bigint not null default 0,
  created_at timestamptz not null default now(),
  constraint node_name_taken unique (name),
  constraint node_of_site foreign key (site_id) references site (id)
);

create table node_enrolment (
  token_sha256 text primary key,
  node_id uuid not null references node (id) on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table trunk (
  id uuid primary key default uuidv7(),
  node_id uuid not null,
  name text not null,
  sources jsonb not null,
  target jsonb,
  channels_max integer not null,
  created_at timestamptz not null default now(),
  constraint trunk_name_taken unique (node_id, name),
  constraint trunk_of_node foreign key (node_id) references node (id) on delete cascade
);

create table operator (
  id uuid primary key default uuidv7(),
  email text not null unique,
  name text not null,
  locale text,
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);

-- Guesses are counted by e-mail whether or not anybody has it, so that a lock tells nothing.
create table login_guard (
  email text primary key,
  failures integer not null,
  locked_until timestamptz
);

-- What a node reported that concerns no tenant, and what could not be read.
create table node_event (
  id uuid primary key,
  node_id uuid not null references node (id),
  sequence bigint not null,
  at timestamptz not null,
  facts jsonb not null
);
create table node_event_rejected (
  node_id uuid not null references node (id),
  sequence bigint not null,
  received_at timestamptz not null default now(),
  why text not null,
  raw jsonb not null,
  primary key (node_id, sequence, received_at)
);

-- Tenants --------------------------------------------------------------------------------------------------------------

create table tenant (
  id uuid primary key default uuidv7(),
  slug text not null,
  name text not null,
  locale text not null,
  time_zone text not null,
  state text not null default 'active' check (state in ('active', 'suspended')),
  suspended_reason text,
  agents_signed_in_max integer not null,
  concurrent_calls_max integer not null,
  flows_max integer not null,
  forced_handling jsonb,
  music jsonb not null default '[]',
  created_at timestamptz not null default now(),
  constraint tenant_slug_taken unique (slug)
);

create table user_account (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null default uuidv7(),
  email text not null,
  name text not null,
  role text not null check (role in ('administrator', 'supervisor', 'agent')),
  locale text,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  primary key (tenant_id, id)
);

-- One e-mail signs in to one place: an operator's (no tenant) or one tenant's.
create table credential (
  email text not null,
  tenant_id uuid default current_setting('app.tenant_id', true)::uuid references tenant (id),
  user_id uuid not null,
  password_hash text not null,
  changed_at timestamptz not null default now(),
  constraint credential_email_taken primary key (email),
  foreign key (tenant_id, user_id) references user_account (tenant_id, id)
);
create index credential_user on credential (tenant_id, user_id);

create table session (
  tenant_id uuid default current_setting('app.tenant_id', true)::uuid references tenant (id),
  id uuid not null default uuidv7() primary key,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  -- An operator inside a tenant.
  visit_tenant_id uuid references tenant (id),
  visit_reason text,
  visit_until timestamptz,
  check (visit_tenant_id is null or tenant_id is null)
);
create index session_user_id on session (tenant_id, user_id);

create table did (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null default uuidv7(),
  number text not null,
  label text not null default '',
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint did_number_taken unique (number)
);

create table skill (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null default uuidv7(),
  name text not null,
  body jsonb not null,
  updated_at timestamptz not null default now(),
  retired_at timestamptz,
  primary key (tenant_id, id)
);
create table queue (like skill including all);
create table inbound_rule (like skill including all);
create table disposition (like skill including all);
create table pause_reason (like skill including all);
alter table queue add foreign key (tenant_id) references tenant (id);
alter table inbound_rule add foreign key (tenant_id) references tenant (id);
alter table disposition add foreign key (tenant_id) references tenant (id);
alter table pause_reason add foreign key (tenant_id) references tenant (id);
create unique index skill_name_taken on skill (tenant_id, name) where retired_at is null;
create unique index queue_name_taken on queue (tenant_id, name) where retired_at is null;
create unique index inbound_rule_name_taken on inbound_rule (tenant_id, name) where retired_at is null;
create unique index disposition_code_taken on disposition (tenant_id, name) where retired_at is null;

create table agent (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null default uuidv7(),
  user_id uuid not null,
  name text not null,
  staff_id text not null,
  extension text not null,
  locale text not null,
  skills jsonb not null default '[]',
  is_auto_answer boolean not null default false,
  phone_md5 text,
  phone_sha256 text,
  updated_at timestamptz not null default now(),
  retired_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references user_account (tenant_id, id)
);
create unique index agent_staff_id_taken on agent (tenant_id, staff_id) where retired_at is null;
create unique index agent_extension_taken on agent (tenant_id, extension) where retired_at is null;
create unique index agent_user on agent (tenant_id, user_id);

create table flow (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null default uuidv7(),
  name text not null,
  draft jsonb not null,
  is_changed boolean not null default true,
  published_version integer,
  updated_at timestamptz not null default now(),
  retired_at timestamptz,
  primary key (tenant_id, id)
);
create unique index flow_name_taken on flow (tenant_id, name) where retired_at is null;

create table flow_version (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  flow_id uuid not null,
  version integer not null,
  name text not null,
  body jsonb not null,
  published_at timestamptz not null default now(),
  published_by text not null,
  primary key (tenant_id, flow_id, version),
  foreign key (tenant_id, flow_id) references flow (tenant_id, id)
);

create table prompt_audio (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  sha256 text not null,
  audio bytea not null,
  primary key (tenant_id, sha256)
);
create index prompt_audio_sha256 on prompt_audio (sha256);

create table prompt (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null default uuidv7(),
  name text not null,
  kind text not null check (kind in ('prompt', 'music')),
  locale text,
  sha256 text not null,
  octets integer not null,
  duration_ms integer not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint prompt_name_taken unique (tenant_id, name),
  foreign key (tenant_id, sha256) references prompt_audio (tenant_id, sha256)
);

-- `by_platform`: an operator's act. A tenant sees what operators did to it.
create table audit (
  tenant_id uuid default current_setting('app.tenant_id', true)::uuid references tenant (id),
  id uuid not null default uuidv7() primary key,
  at timestamptz not null default now(),
  by_platform boolean not null default false,
  actor text not null,
  actor_id uuid,
  noun text not null,
  noun_id text,
  verb text not null,
  before jsonb,
  after jsonb
);
create index audit_of_tenant on audit (tenant_id, id desc);

-- What happened: one partition a month, by the time that UUIDv7 ids begin with -------------------------------------------

create table call (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null,
  node_id uuid not null references node (id),
  direction text not null,
  from_number text not null,
  to_number text not null,
  did_id uuid,
  trunk_id uuid,
  rule_name text,
  started_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  end_reason jsonb,
  talk_ms integer not null default 0,
  wait_ms integer not null default 0,
  billable_seconds integer not null default 0,
  queue_id uuid,
  queue_name text,
  agent_id uuid,
  path jsonb not null default '[]',
  language text,
  collected jsonb not null default '{}',
  disposition_id uuid,
  notes text not null default '',
  recording_id uuid,
  recording_ms integer,
  primary key (tenant_id, id)
) partition by range (id);
create table call_default partition of call default;
create index call_by_agent on call (tenant_id, agent_id, id desc);
create index call_by_queue on call (tenant_id, queue_id, id desc);

create table journal_event (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null,
  node_id uuid not null references node (id),
  sequence bigint not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  kind text not null,
  call_id uuid,
  facts jsonb not null,
  primary key (tenant_id, id)
) partition by range (id);
create table journal_event_default partition of journal_event default;
create index journal_event_of_call on journal_event (tenant_id, call_id, sequence);

create table presence_log (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null,
  node_id uuid not null,
  at timestamptz not null,
  agent_id uuid not null,
  from_state text not null,
  to_state text not null,
  lasted_ms bigint not null,
  pause_cause text,
  pause_reason_id uuid,
  device text,
  call_id uuid,
  primary key (tenant_id, id)
) partition by range (id);
create table presence_log_default partition of presence_log default;
create index presence_log_of_agent on presence_log (tenant_id, agent_id, id desc);

create table recording (
  tenant_id uuid not null default current_setting('app.tenant_id')::uuid references tenant (id),
  id uuid not null,
  node_id uuid not null,
  call_id uuid not null,
  queue_id uuid,
  agent_ids jsonb not null,
  started_at timestamptz not null,
  duration_ms integer not null,
  path text not null,
  format text not null,
  octets bigint not null,
  sha256 text not null,
  is_recovered boolean not null,
  primary key (tenant_id, id)
) partition by range (id);
create table recording_default partition of recording default;
create index recording_of_call on recording (tenant_id, call_id);

create table refusal (
  tenant_id uuid default current_setting('app.tenant_id', true)::uuid references tenant (id),
  id uuid not null primary key,
  node_id uuid not null references node (id),
  at timestamptz not null,
  what text not null check (what in ('call', 'sign-in')),
  reason text not null,
  from_number text,
  to_number text,
  agent_id uuid
);
create index refusal_of_tenant on refusal (tenant_id, id desc);

-- The tenant wall ------------------------------------------------------------------------------------------------------

do $$
declare walled text;
begin
  foreach walled in array array['user_account', 'credential', 'session', 'did', 'skill', 'queue', 'inbound_rule', 'disposition',
    'pause_reason', 'agent', 'flow', 'flow_version', 'prompt_audio', 'prompt', 'audit', 'call', 'journal_event', 'presence_log',
    'recording', 'refusal'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format('create policy tenant_wall on %I to seatgrid_app
      using (tenant_id = (select current_setting(''app.tenant_id'')::uuid))
      with check (tenant_id = (select current_setting(''app.tenant_id'')::uuid))', walled);
  end loop;
end $$;
alter table tenant enable row level security;
alter table tenant force row level security;
create policy tenant_wall on tenant to seatgrid_app
  using (id = (select current_setting('app.tenant_id')::uuid))
  with check (id = (select current_setting('app.tenant_id')::uuid));

grant select, insert, update, delete on user_account, credential, skill, queue, inbound_rule, disposition, pause_reason, agent,
  flow, prompt_audio, prompt to seatgrid_app;
grant select, insert, update on session, call, recording to seatgrid_app;
-- What was written here stays written.
grant select, insert on flow_version, audit, journal_event, presence_log, refusal to seatgrid_app;
grant select on did, tenant to seatgrid_app;
grant update (name, locale, time_zone, forced_handling, music) on tenant to seatgrid_app;
-- A tenant's call record names the node that carried it, and finds where desks connect.
grant select (id, name, desk_url) on node to seatgrid_app;

-- What operators reach of it -------------------------------------------------------------------------------------------

grant select, insert, update, delete on site, node, node_enrolment, trunk, operator, login_guard to seatgrid_platform;
grant select, insert on node_event, node_event_rejected to seatgrid_platform;

create policy platform on tenant to seatgrid_platform using (true) with check (true);
grant select, insert, update on tenant to seatgrid_platform;
create policy platform on did to seatgrid_platform using (true) with check (true);
grant select, insert, update, delete on did to seatgrid_platform;
-- A new tenant's first administrator is written by operators and not read back.
create policy platform_first_administrator on user_account for insert to seatgrid_platform with check (role = 'administrator');
grant insert on user_account to seatgrid_platform;
-- Signing in begins before anybody knows the tenant.
create policy platform_sign_in on credential for select to seatgrid_platform using (true);
create policy platform_first_administrator on credential for insert to seatgrid_platform with check (true);
create policy platform_operators_update on credential for update to seatgrid_platform using (tenant_id is null) with check (tenant_id is null);
create policy platform_operators_delete on credential for delete to seatgrid_platform using (tenant_id is null);
grant select, insert, update, delete on credential to seatgrid_platform;
create policy platform_operators on session to seatgrid_platform using (tenant_id is null) with check (tenant_id is null);
grant select, insert, update on session to seatgrid_platform;
create policy platform_acts on audit to seatgrid_platform using (by_platform) with check (by_platform);
grant select, insert on audit to seatgrid_platform;
create policy platform_look on refusal for select to seatgrid_platform using (true);
create policy platform_nobodys on refusal for insert to seatgrid_platform with check (tenant_id is null);
grant select, insert on refusal to seatgrid_platform;
-- How many flows, never what they say.
create policy platform_count on flow for select to seatgrid_platform using (true);
grant select (tenant_id, id, retired_at) on flow to seatgrid_platform;
-- Nodes ask for prompt files by their fingerprint alone.
create policy platform_nodes on prompt_audio for select to seatgrid_platform using (true);
grant select (sha256, audio) on prompt_audio to seatgrid_platform;
