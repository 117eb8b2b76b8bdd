-- Whether a node asks this trunk by OPTIONS if it is there.

alter table trunk add column is_probed boolean not null default true;
