-- F-25: what callers were told of their wait is read beside what came, queue by queue.

create index journal_event_of_waits on journal_event (tenant_id, id) where kind = 'wait.announced';
