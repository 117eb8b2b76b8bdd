-- D-17: how many lines of a trunk are idle is told to the tenants whose calls may leave on it.

grant select (channels_max) on trunk to seatgrid_app;
