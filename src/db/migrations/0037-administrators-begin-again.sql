-- 0037-administrators-begin-again.sql
-- An invitation may be for somebody who is an administrator already and has lost what they signed in
-- with: it then names them, and whoever accepts it makes no second one.
-- An older server beside us takes such an invitation for a new administrator's, and refuses it, because
-- their e-mail address is taken.

alter table invitation add column administrator_id text;
