-- Who we are to a carrier that wants a proof or a registration. The password is sealed under a key that is not here.

alter table trunk
  add column account jsonb,
  add column account_password bytea;
