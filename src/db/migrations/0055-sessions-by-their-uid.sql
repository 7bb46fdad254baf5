-- 0055-sessions-by-their-uid.sql
-- The session of a code or a token is found by its key alone. By the key of the table a plan of few sessions read each
-- session of the tenant, and by their uid alone all that was given in the session.
-- What changes most is `consumed_at`, which is in no index: with room on its page the row changes in place, and no index
-- is written.
--
-- Holds whoever writes for as long as it takes to read what is kept, which is hours of sign-ins at most. An older server
-- beside us notices nothing.

create index oidc_payload_session_uid_model_idx on oidc_payload (tenant_id, session_uid, model)
  where session_uid is not null;
drop index oidc_payload_session_uid_idx;
alter table oidc_payload set (fillfactor = 70);
