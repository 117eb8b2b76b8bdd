-- Screen pop: what the desk shows of a customer, by the tenant's own setting, and the indexes it is found by.

alter table tenant add column screen_pop jsonb not null
  default '{"match": {"kind": "number"}, "fields": ["time", "agent", "disposition", "notes"], "variables": []}';
grant update (screen_pop) on tenant to seatgrid_app;

-- The customer's number stands on the one side or the other; equality of text is leakproof, so row-level security lets it use them.
create index call_by_caller on call (tenant_id, from_number, id desc) where direction = 'inbound';
create index call_by_dialled on call (tenant_id, to_number, id desc) where direction = 'outbound';
