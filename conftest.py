"""The fixtures that every test may ask for."""

pytest_plugins = [
    "bigledger_crm.testing.network",
    "bigledger_crm.testing.metrics",
    "bigledger_crm.testing.plugin",
    "bigledger_crm.testing.published_table",
    "bigledger_crm.testing.data_directory",
    "bigledger_crm.testing.quick",
    "bigledger_crm.testing.random_seed",
    "bigledger_crm.testing.xdist",
]
