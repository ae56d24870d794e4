from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    name = "bigledger_crm.schedule"
    label = "schedule"
    verbose_name = "Periodic jobs"
