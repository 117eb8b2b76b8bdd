-- B-02: a flow names the site where another runs: a tenant chooses among those that serve it.

grant select (name) on site to seatgrid_app;
grant select (site_id) on node to seatgrid_app;
