# One image for every role; the command decides which: web (default), worker, scheduler, migrate (docs/deployment.md).
# Any Debian 12 with Python 3.11, its venv module and pip will do as base.
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS packages
ARG BUILD_PACKAGES="gcc libc6-dev libmariadb-dev pkg-config python3-dev"
RUN apt-get update \
 && apt-get install -y --no-install-recommends ${BUILD_PACKAGES} \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.lock requirements-dev.lock ./
# MySQL's driver comes as source only: it is built here, and its one entry is all that the second lock gives.
RUN sed -n '/^mysqlclient==/,/[^\\]$/p' requirements-dev.lock > driver.lock \
 && python3 -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
      -r requirements.lock -r driver.lock \
 && /venv/bin/pip uninstall -y --quiet pip setuptools

FROM ${BASE_IMAGE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends libmariadb3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin flowtic \
 && install -d -o flowtic -g flowtic -m 0750 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FLOWTIC_DATA_DIR=/data \
    FLOWTIC_STATIC_ROOT=/app/staticfiles \
    FLOWTIC_LOG_FORMAT=json
RUN FLOWTIC_DATA_DIR=/tmp/build FLOWTIC_SECRET_KEY=only-for-building \
      python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf /tmp/build \
 && python -m compileall -q /app
USER flowtic
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
  CMD ["python", "flowtic/processes/probe.py", "web"]
CMD ["python", "-m", "flowtic.processes.web", "0.0.0.0", "8000"]
