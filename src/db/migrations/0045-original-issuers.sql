-- An issuer that signs people in through others says in a claim which of them it was; a claim type mapping may be for one
-- of those. Empty: for whatever it says. A server without this takes any mapping of the issuer.
alter table claim_type_mapping
  add column original_issuer text not null default '',
  add column original_issuer_claim text not null default '',
  add constraint claim_type_mapping_original_issuer_check
    check ((original_issuer = '') = (original_issuer_claim = '')),
  drop constraint claim_type_mapping_tenant_id_connection_id_issuer_key,
  add constraint claim_type_mapping_tenant_id_connection_id_issuer_key
    unique (tenant_id, connection_id, issuer, original_issuer);
