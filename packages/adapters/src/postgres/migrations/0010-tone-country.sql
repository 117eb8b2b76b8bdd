-- Whose call progress tones a tenant's callers hear, and a trunk's lines play; null follows the node.

alter table tenant add column tone_country text;
grant update (tone_country) on tenant to seatgrid_app;
alter table trunk add column tone_country text;
