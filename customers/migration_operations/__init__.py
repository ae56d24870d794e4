"""Operations that migrations import, frozen by version as in `bigledger_crm.tenancy.migration_operations`."""
