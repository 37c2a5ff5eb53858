# The portal as one image: web server, worker, scheduler and migration differ in their command only.
# Python and Debian are the ones the tests run on.
FROM python:3.11-slim-bookworm AS packages
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev \
 && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/portal
COPY requirements.txt .
# Built here against Debian's libpq, so that its security fixes come with the image's.
RUN /opt/portal/bin/pip install --no-cache-dir --require-hashes \
    --no-binary psycopg2-binary -r requirements.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpq5 \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 libfontconfig1 libglib2.0-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 0700 /data /checkpoints
COPY --from=packages /opt/portal /opt/portal
WORKDIR /srv/portal
COPY . .
ENV PATH=/opt/portal/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=coordination.settings \
    PORTAL_DATA_DIR=/data \
    PORTAL_STATIC_ROOT=/srv/static
# The municipality's own static files, a folder below this one, go into the image.
ARG PORTAL_BRAND_DIR=
ENV PORTAL_BRAND_DIR=$PORTAL_BRAND_DIR
# The key is for this one command; nothing of it stays in the image.
RUN PORTAL_SECRET_KEY=used-once-while-the-image-is-built-and-never-again \
    PORTAL_DATA_DIR=/tmp python manage.py collectstatic --noinput --verbosity 0
USER portal
# A new volume takes over the owner of the folder it is put on.
VOLUME /data /checkpoints
EXPOSE 8000
CMD ["gunicorn", "coordination.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "2", "--max-requests", "1000", "--max-requests-jitter", "100", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--logger-class", "coordination.frame.weblog.Logger"]
