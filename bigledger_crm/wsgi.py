"""What the web server serves."""

import os

from django.core.wsgi import get_wsgi_application

from bigledger_crm.api.broken_http import answer_in_the_envelope

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bigledger_crm.settings")
application = get_wsgi_application()
answer_in_the_envelope()
