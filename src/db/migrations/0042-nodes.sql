-- 0042-nodes.sql
-- The nodes that serve, a row each, which each writes every few seconds and takes out when it stops: whoever
-- runs the platform sees all of them by asking one. No node decides anything by another's row.
-- What was given up is counted by an index of its own, as for logout deliveries.
--
-- An older server beside us writes no row, and is not seen.

create table node (
  node_id               text        not null primary key,
  -- Host and process, for a person.
  name                  text        not null,
  version               text        not null,
  runtime               text        not null,
  started_at            timestamptz not null,
  seen_at               timestamptz not null,
  rss_bytes             bigint      not null,
  heap_bytes            bigint      not null,
  heap_limit_bytes      bigint      not null,
  -- Of a hundred turns of its event loop, how long 99 were late at most.
  loop_delay_ms         integer     not null,
  connections_busy      integer     not null,
  connections_most      integer     not null,
  transactions_waiting  integer     not null,
  log_rows_dropped      bigint      not null,
  -- How far its clock is before the database's.
  clock_ahead_ms        bigint      not null
);
grant select, insert, update, delete on node to rollcall_app;

create index warning_delivery_failed_at_idx on warning_delivery (tenant_id, failed_at)
  where failed_at is not null;
