-- Which call a free agent takes, of all the tenant's queues: strategies in their order.

alter table tenant add column call_order jsonb not null
  default '["queue-priority", "customer-priority", "first-come"]';
grant update (call_order) on tenant to seatgrid_app;
