-- Whoever signs in to the console through a connection has no use of their keys either while it is disabled. One that is
-- disabled already holds them from the next time on. An older server beside us lets such keys in.
alter table administrator_link add column held_at timestamptz;
