-- An event that an earlier version of the centre did not understand leaves the heap once it is understood.
grant delete on node_event_rejected to seatgrid_platform;
