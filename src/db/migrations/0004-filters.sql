-- 0004-filters.sql
-- What SCIM filters find resources by, beyond the keys they have (RFC 7644 section 3.4.2.2).
--
-- An older server beside us leaves both out: what it writes is found by filters on e-mail addresses
-- only after the next write, and letters beyond ASCII in it are compared with their case.

-- The body with its text folded as lib/fold does it; null where ASCII lower-casing of the body gives
-- the same, which is most often.
alter table resource add column folded text;

-- filter=emails.value eq and emails[... value eq ...]. A table of its own because a row-level policy
-- lets an index serve only such comparisons as can tell nobody anything, plain equality of a column
-- among them; an index over an expression or an array would never be used.
create table lookup (
  tenant_id      text        not null,
  connection_id  text        not null,
  attribute      text        not null,
  value          text        not null,    -- folded, its first 200 characters
  resource_id    text        not null,

  primary key (tenant_id, connection_id, attribute, value, resource_id),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

-- The owner sees no row of a walled table but for this moment.
alter table resource no force row level security;
insert into lookup (tenant_id, connection_id, attribute, value, resource_id)
select r.tenant_id, r.connection_id, 'emails', left(lower(email ->> 'value'), 200), r.resource_id
  from resource r, jsonb_path_query(r.body::jsonb, '$.emails[*]') email
 where email ->> 'value' is not null
on conflict do nothing;
alter table resource force row level security;

alter table lookup enable row level security;
alter table lookup force row level security;
create policy tenant_wall on lookup
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert, update, delete on lookup to rollcall_app;
