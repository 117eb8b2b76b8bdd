-- A-13: a trunk's channels split by direction; null: whatever the whole leaves.

alter table trunk
  add column inbound_channels_max integer,
  add column outbound_channels_max integer;
