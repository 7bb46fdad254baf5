-- 0018-pending-by-membership.sql
-- Whether a membership is pending is one probe, and not a walk over all that is pending of its group:
-- a full run asks it for each, also while a large group has just come.

create index pending_resource_id_member_id_idx on pending (tenant_id, resource_id, member_id);
drop index pending_resource_id_idx;
