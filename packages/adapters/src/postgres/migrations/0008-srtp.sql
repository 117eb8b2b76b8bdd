-- Whether keys in SDP are taken, offered or demanded, by trunk and by desk phone.

alter table trunk add column srtp text not null default 'accept';
alter table agent add column phone_srtp text not null default 'accept';
