-- B-06: what brings calls over this trunk follows a 302, so that they are led to other nodes before they are taken.

alter table trunk add column follows_redirects boolean not null default false;
