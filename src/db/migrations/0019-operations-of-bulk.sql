-- 0019-operations-of-bulk.sql
-- Each operation of a bulk request has an entry of its own in the provisioning log, beside that of the
-- request: its number within the request, from 1 on. The request's own is 0.
--
-- The new key is built under a lock on the log; what is logged meanwhile waits in memory. An older server beside us writes entries of requests only, and lists those of operations as
-- entries of the same request.

alter table provisioning_log add column bulk_operation integer not null default 0;
alter table provisioning_log
  drop constraint provisioning_log_pkey,
  add primary key (tenant_id, request_id, bulk_operation);
