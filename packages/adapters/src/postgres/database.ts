/** The tables as Kysely sees them. The truth is `migrations/`. */
import type { ColumnType, Generated } from 'kysely';
import type { ScreenPop } from '@seatgrid/contracts/nouns/screen-pop.ts';
import type { SpeechSettings } from '@seatgrid/core/spoken/speech-settings.ts';

/** Written by the database unless given. */
type Instant = ColumnType<Date, Date, Date>;
type DefaultInstant = ColumnType<Date, Date | undefined, Date>;
/** Written with `jsonb(…)`, read as what it was. */
type Json<Value = unknown> = ColumnType<Value, Value, Value>;

export interface DefinitionTable {
  tenant_id: Generated<string>;
  id: Generated<string>;
  name: string;
  body: Json<Record<string, unknown>>;
  updated_at: DefaultInstant;
  retired_at: Instant | null;
}

export interface Database {
  site: { id: Generated<string>; name: string; time_zone: string; created_at: DefaultInstant };
  node: {
    id: Generated<string>;
    site_id: string;
    name: string;
    public_key: Json<Record<string, unknown>> | null;
    desk_url: string | null;
    sip_address: string | null;
    receives_faxes: boolean | null;
    product: string | null;
    heard_at: Instant | null;
    generation_wanted: Generated<number>;
    generation_applied: Generated<number>;
    config_sha256: string | null;
    acknowledged: Generated<number>;
    created_at: DefaultInstant;
  };
  node_enrolment: { token_sha256: string; node_id: string; expires_at: Instant; used_at: Instant | null };
  trunk: {
    id: Generated<string>;
    node_id: string;
    name: string;
    sources: Json<string[]>;
    target: Json | null;
    channels_max: number;
    is_probed: boolean;
    account: Json | null;
    account_password: Uint8Array | null;
    srtp: Generated<string>;
    tone_country: string | null;
    inbound_channels_max: number | null;
    outbound_channels_max: number | null;
    number_format: Json | null;
    is_for_every_tenant: boolean;
    created_at: DefaultInstant;
  };
  alarm: {
    id: Generated<string>;
    node_id: string;
    kind: string;
    raised_at: Instant;
    cleared_at: Instant | null;
    acknowledged_at: Instant | null;
    acknowledged_by: string | null;
  };
  trunk_tenant: { tenant_id: Generated<string>; trunk_id: string };
  operator: {
    id: Generated<string>;
    email: string;
    name: string;
    locale: string | null;
    is_active: Generated<boolean>;
    created_at: DefaultInstant;
  };
  login_guard: { email: string; failures: number; locked_until: Instant | null };
  node_event: { id: string; node_id: string; sequence: number; at: Instant; facts: Json };
  node_event_rejected: {
    node_id: string;
    sequence: number;
    received_at: DefaultInstant;
    why: string;
    raw: Json;
  };
  tenant: {
    id: Generated<string>;
    slug: string;
    name: string;
    locale: string;
    time_zone: string;
    state: Generated<string>;
    suspended_reason: string | null;
    agents_signed_in_max: number;
    concurrent_calls_max: number;
    flows_max: number;
    forced_handling: Json | null;
    music: ColumnType<string[], string[] | undefined, string[]>;
    call_order: ColumnType<string[], string[] | undefined, string[]>;
    tone_country: string | null;
    screen_pop: ColumnType<ScreenPop, ScreenPop | undefined, ScreenPop>;
    speech: ColumnType<SpeechSettings | null, never, SpeechSettings>;
    inner_hosts: ColumnType<string[], string[] | undefined, string[]>;
    created_at: DefaultInstant;
  };
  user_account: {
    tenant_id: Generated<string>;
    id: Generated<string>;
    email: string;
    name: string;
    role: string;
    locale: string | null;
    is_active: Generated<boolean>;
    created_at: DefaultInstant;
    retired_at: Instant | null;
  };
  credential: {
    email: string;
    tenant_id: ColumnType<string | null, string | null | undefined, never>;
    user_id: string;
    password_hash: string;
    changed_at: DefaultInstant;
  };
  session: {
    tenant_id: ColumnType<string | null, string | null | undefined, never>;
    id: Generated<string>;
    user_id: string;
    created_at: DefaultInstant;
    expires_at: Instant;
    revoked_at: Instant | null;
    visit_tenant_id: ColumnType<string | null, string | null | undefined, string | null>;
    visit_reason: ColumnType<string | null, string | null | undefined, string | null>;
    visit_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  did: {
    tenant_id: Generated<string>;
    id: Generated<string>;
    number: string;
    label: string;
    site_id: string | null;
    created_at: DefaultInstant;
  };
  skill: DefinitionTable;
  queue: DefinitionTable;
  inbound_rule: DefinitionTable;
  outbound_rule: DefinitionTable;
  disposition: DefinitionTable;
  pause_reason: DefinitionTable;
  agent_group: DefinitionTable;
  web_button: DefinitionTable;
  calendar: DefinitionTable;
  ring_group: DefinitionTable;
  extension: DefinitionTable;
  connector: DefinitionTable & { password: Uint8Array | null; client_key: Uint8Array | null };
  barred_number: DefinitionTable;
  customer_level: DefinitionTable;
  number_segment: DefinitionTable;
  /** `agent_id` is read off the body by the database. */
  dedicated_agent: DefinitionTable & { agent_id: ColumnType<string, never, never> };
  mailbox: DefinitionTable;
  what_if_list: {
    tenant_id: Generated<string>;
    id: Generated<string>;
    name: string;
    calls: Json;
    created_at: DefaultInstant;
  };
  what_if: {
    tenant_id: Generated<string>;
    id: Generated<string>;
    asked: Json;
    list_id: ColumnType<string | null, never, never>;
    state: Generated<string>;
    progress: Generated<number>;
    fault: string | null;
    result: Json | null;
    made_by: string;
    created_at: DefaultInstant;
    beat_at: Instant | null;
    ended_at: Instant | null;
  };
  callback: {
    tenant_id: Generated<string>;
    id: string;
    node_id: string;
    queue_id: string;
    number: string;
    origin: string;
    call_id: string | null;
    since: Instant;
    attempts: Generated<number>;
    next_at: Instant | null;
    last_call_id: string | null;
    ended_at: Instant | null;
    ending: string | null;
  };
  attested_call: {
    tenant_id: Generated<string>;
    call_id: string;
    event_id: string;
    node_id: string;
    public_key: Json<Record<string, unknown>>;
  };
  fax_box: DefinitionTable;
  fax: {
    tenant_id: Generated<string>;
    id: string;
    node_id: string;
    fax_box_id: string;
    call_id: string;
    from_number: string;
    far_identification: string;
    received_at: Instant;
    duration_ms: number;
    pages: number;
    ending: string;
    rows_per_inch: number;
    path: string;
    octets: number;
    sha256: string;
    is_read: Generated<boolean>;
    deleted_at: Instant | null;
    purged_at: Instant | null;
    mailed_at: Instant | null;
    mail_tries: Generated<number>;
    mail_due_at: Instant | null;
  };
  voice_message: {
    tenant_id: Generated<string>;
    id: string;
    node_id: string;
    mailbox_id: string;
    call_id: string;
    from_number: string;
    left_at: Instant;
    duration_ms: number;
    path: string;
    octets: number;
    sha256: string;
    is_heard: Generated<boolean>;
    deleted_at: Instant | null;
    purged_at: Instant | null;
    mailed_at: Instant | null;
    mail_tries: Generated<number>;
    mail_due_at: Instant | null;
  };
  agent: {
    tenant_id: Generated<string>;
    id: Generated<string>;
    user_id: string;
    name: string;
    staff_id: string;
    extension: string;
    locale: string;
    kind: Generated<string>;
    group_id: string | null;
    skills: Json<{ skillId: string; level: number }[]>;
    is_auto_answer: boolean;
    phone_md5: string | null;
    phone_sha256: string | null;
    phone_srtp: Generated<string>;
    updated_at: DefaultInstant;
    retired_at: Instant | null;
  };
  flow: {
    tenant_id: Generated<string>;
    id: Generated<string>;
    name: string;
    draft: Json<Record<string, unknown>>;
    is_changed: boolean;
    published_version: number | null;
    updated_at: DefaultInstant;
    retired_at: Instant | null;
  };
  flow_version: {
    tenant_id: Generated<string>;
    flow_id: string;
    version: number;
    name: string;
    body: Json<Record<string, unknown>>;
    published_at: DefaultInstant;
    published_by: string;
  };
  spoken_text: {
    tenant_id: Generated<string>;
    key: string;
    sha256: string;
    audio: Uint8Array;
    spoken_at: Generated<Date>;
  };
  prompt_audio: { tenant_id: Generated<string>; sha256: string; audio: Uint8Array };
  prompt: {
    tenant_id: Generated<string>;
    id: Generated<string>;
    name: string;
    kind: string;
    locale: string | null;
    sha256: string;
    octets: number;
    duration_ms: number;
    created_at: DefaultInstant;
  };
  audit: {
    tenant_id: ColumnType<string | null, string | null | undefined, never>;
    id: Generated<string>;
    at: DefaultInstant;
    by_platform: Generated<boolean>;
    actor: string;
    actor_id: string | null;
    noun: string;
    noun_id: string | null;
    verb: string;
    before: Json | null;
    after: Json | null;
  };
  call: {
    tenant_id: Generated<string>;
    id: string;
    node_id: string;
    direction: string;
    from_number: string;
    to_number: string;
    did_id: string | null;
    trunk_id: string | null;
    rule_name: string | null;
    started_at: Instant;
    answered_at: Instant | null;
    ended_at: Instant | null;
    end_reason: Json | null;
    talk_ms: Generated<number>;
    wait_ms: Generated<number>;
    billable_seconds: Generated<number>;
    queue_id: string | null;
    queue_name: string | null;
    agent_id: string | null;
    path: ColumnType<string[], string[] | undefined, string[]>;
    language: string | null;
    collected: ColumnType<Record<string, string>, Record<string, string> | undefined, Record<string, string>>;
    disposition_id: string | null;
    notes: Generated<string>;
    recording_id: string | null;
    recording_ms: number | null;
    customer_level: number | null;
    department: string | null;
  };
  journal_event: {
    tenant_id: Generated<string>;
    id: string;
    node_id: string;
    sequence: number;
    at: Instant;
    received_at: DefaultInstant;
    kind: string;
    call_id: string | null;
    /** Of a step of a flow. */
    flow_id: string | null;
    facts: Json;
  };
  presence_log: {
    tenant_id: Generated<string>;
    id: string;
    node_id: string;
    at: Instant;
    agent_id: string;
    from_state: string;
    to_state: string;
    lasted_ms: number;
    pause_cause: string | null;
    pause_reason_id: string | null;
    device: string | null;
    call_id: string | null;
  };
  recording: {
    tenant_id: Generated<string>;
    id: string;
    node_id: string;
    call_id: string;
    queue_id: string | null;
    agent_ids: Json<string[]>;
    started_at: Instant;
    duration_ms: number;
    path: string;
    format: string;
    octets: number;
    sha256: string;
    is_recovered: boolean;
  };
  refusal: {
    tenant_id: ColumnType<string | null, string | null | undefined, never>;
    id: string;
    node_id: string;
    at: Instant;
    what: string;
    reason: string;
    from_number: string | null;
    to_number: string | null;
    agent_id: string | null;
  };
}
