-- A logout token of an identity provider is obeyed as the other signals are, and leaves a receipt of its own kind.
alter table signal
  drop constraint signal_kind_check,
  add constraint signal_kind_check check (kind in ('universal-logout', 'session-revoked', 'back-channel-logout'));
