-- F-34, F-35, F-36: who is barred, which customers have which level, whose department a number is.

create table barred_number (like skill including all);
create table customer_level (like skill including all);
create table number_segment (like skill including all);

do $$
declare list text;
begin
  foreach list in array array['barred_number', 'customer_level', 'number_segment'] loop
    execute format('alter table %I add foreign key (tenant_id) references tenant (id)', list);
    -- The index that keeps names apart came along; a refusal is told by what it is called.
    execute format('alter index %I rename to %I', list || '_tenant_id_name_idx', list || '_pattern_taken');
    execute format('alter table %I enable row level security', list);
    execute format('alter table %I force row level security', list);
    execute format(
      'create policy tenant_wall on %I to seatgrid_app
         using (tenant_id = (select current_setting(''app.tenant_id'')::uuid))
         with check (tenant_id = (select current_setting(''app.tenant_id'')::uuid))', list);
    execute format('grant select, insert, update, delete on %I to seatgrid_app', list);
  end loop;
end $$;

-- Kept with the call record, whatever the lists say later.
alter table call add column customer_level smallint, add column department text;

-- These keep names apart twice: the index that came along with the table is told by nobody.
drop index if exists agent_group_tenant_id_name_idx, outbound_rule_tenant_id_name_idx, web_button_tenant_id_name_idx;
