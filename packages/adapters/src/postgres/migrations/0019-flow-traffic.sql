-- How a flow is taken is counted from the steps left of it today: found by flow and time, however many events there are.
-- A column, since the tenant wall keeps an index on what is read out of `facts` from being used; new events fill it, so that
-- a flow's figures of the day this comes in begin with that hour, and no table is written anew.

alter table journal_event add column flow_id uuid;
create index journal_event_of_flow on journal_event (tenant_id, flow_id, id) where flow_id is not null;
