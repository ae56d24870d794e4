"""The Celery application; its settings stand in settings.py under CELERY_."""

import os

from celery import Celery

from bigledger_crm.heartbeat import Heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
app = Celery("bigledger_crm", task_cls="bigledger_crm.worker_task:Task")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(Heartbeat)
# Every thread of the web server publishes through it; by itself Celery sets the application of one thread.
app.set_default()
