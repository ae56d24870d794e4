from django.apps import AppConfig


class AccountConfig(AppConfig):
    name = "bigledger_crm.account"
    label = "bigledger_account"
    verbose_name = "Accounts"
