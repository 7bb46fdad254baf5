-- What a search of people and groups looks through, as one text in lower case.
--
-- A part of a name cannot be found by an index behind the wall (decision 0013): a search goes through the tenant's
-- rows. Putting three texts into lower case took three quarters of its time, for each row of each search; now it is
-- done once, as the row is written.
-- Adding it writes the table anew, about ten seconds for each million people, during which nobody is loaded and nobody
-- new signs in. An older server beside us neither sees nor writes the column.
alter table identity
  add column sought text not null generated always as (
    lower(label) || ':' || name_folded || E'\n' || lower(coalesce(display_name, ''))
    || case when lower(email) = name_folded then '' else E'\n' || lower(coalesce(email, '')) end
  ) stored;
