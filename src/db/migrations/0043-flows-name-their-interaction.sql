-- A browser that comes back from its identity provider is looked up together with what the OpenID provider keeps of
-- its sign-in. A server without this knows nothing of the column; what it begins is looked up as before.
alter table flow add column interaction_hash text;
