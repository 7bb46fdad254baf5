-- 0022-branding.sql
-- How the pages of a tenant's sign-in look: under which name, with which logo and colour.
--
-- A tenant without a row has our own look. The logo is kept here and not in a file, so that every node has
-- it; it is small and of a checked raster type.
-- An older server beside us does not know the table, and its pages have our own look.

create table branding (
  tenant_id    text        not null primary key,
  name         text        check (length(name) between 1 and 100),
  accent       text        check (accent ~ '^#[0-9a-f]{6}$'),
  accent_dark  text        check (accent_dark ~ '^#[0-9a-f]{6}$'),
  logo         bytea       check (length(logo) <= 131072),
  logo_type    text        check (logo_type in ('image/png', 'image/jpeg')),
  logo_width   integer,
  logo_height  integer,
  changed_at   timestamptz not null
);

alter table branding enable row level security;
alter table branding force row level security;
create policy tenant_wall on branding
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert, update, delete on branding to rollcall_app;
