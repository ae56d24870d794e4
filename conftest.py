"""The fixtures that every test may ask for."""

pytest_plugins = [
    "bigledger_crm.testing.plugin",
    "bigledger_crm.testing.published_table",
    "bigledger_crm.testing.seed",
    "bigledger_crm.testing.workers",
]
