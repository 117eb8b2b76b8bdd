-- F-11: of a class of service below its target goes first, where a tenant has left the order of calls as it was.

alter table tenant alter column call_order
  set default '["service-target", "queue-priority", "customer-priority", "first-come"]';
-- The wall stands before the owner too.
alter table tenant no force row level security;
update tenant set call_order = '["service-target", "queue-priority", "customer-priority", "first-come"]'
  where call_order = '["queue-priority", "customer-priority", "first-come"]';
alter table tenant force row level security;
