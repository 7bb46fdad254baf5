-- When a site's settings were changed last, so that of two who edit them at a time the second is told.
-- Null: not since it was registered, or by an older server beside us, which does not write it.
alter table site add column changed_at timestamptz;
