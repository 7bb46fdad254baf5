-- 0036-access-ends-for-sign-ins-under-way.sql
-- When somebody's access was ended last, beside them: whatever signs them in holds this row, so a
-- sign-in that began before finds out however the two cross.
-- An older server beside us neither writes nor reads it.

alter table identity add column access_ended_at timestamptz;
