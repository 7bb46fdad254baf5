-- A key for the admin API is good while the administrator who made it is: by themselves, or by a key of theirs. Whoever left at
-- their identity provider is marked at their link until they sign in by it again. An older server beside this lets such keys in.
alter table administrator_link add column left_at timestamptz;
alter table admin_token add column administrator_id text;

with recursive made (lookup_id, administrator_id) as (
  select lookup_id, substr(created_by, length('administrator:') + 1) from admin_token where created_by like 'administrator:%'
  union
  select token.lookup_id, made.administrator_id
    from admin_token token join made on token.created_by = 'key:' || made.lookup_id)
update admin_token set administrator_id = made.administrator_id
  from made where made.lookup_id = admin_token.lookup_id;
