-- A person whom their identity provider has deleted may be erased: what names them goes, their id stays taken.
--
-- Of what happened, and of requests, only what was said may be taken away, and nothing put in its place: that it
-- happened, when and by which request stays as it is.
-- An older server beside us writes nothing of somebody who was deleted, and shows them by their id.
alter table identity add column erased_at timestamptz;

grant update (changes) on event to rollcall_app;
create policy only_erased on event as restrictive for update using (true) with check (changes = '{}');

grant update (detail, changes) on provisioning_log to rollcall_app;
create policy only_erased on provisioning_log as restrictive for update
  using (true) with check (detail is null and changes is null);
