-- When nodes of a site bring their recordings to the centre, null: they keep them; and what its line carries upwards.

alter table site
  add column recording_upload jsonb,
  add column line_up_kbits integer check (line_up_kbits > 0);

-- What of a recording lies at the centre as well: so much from its beginning; whole since; or why it will not.
alter table recording
  add column copied_octets bigint not null default 0,
  add column copied_at timestamptz,
  add column copy_refused text;
create index recording_to_copy on recording (tenant_id, node_id, id) where copied_at is null and copy_refused is null;
