-- An identity provider may be within the operator's own network. What of that network a connection may reach is
-- an operator's to allow; nothing, unless they do.
-- An older server beside us connects to public addresses only, as before.
alter table connection add column internal_hosts text[] not null default '{}';
