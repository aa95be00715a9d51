# One image for the five services; docker-compose.yml says which of them a container runs.
FROM python:3.11-slim-bookworm AS build
RUN python -m venv /opt/shien
COPY services.lock /src/services.lock
RUN /opt/shien/bin/pip install -q --disable-pip-version-check --require-hashes -r /src/services.lock
COPY libs/shienevents /src/libs/shienevents
COPY libs/shienweb /src/libs/shienweb
COPY services /src/services
RUN /opt/shien/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation \
    /src/libs/shienevents /src/libs/shienweb \
    /src/services/registry /src/services/needs /src/services/matching /src/services/escalation /src/services/portal

FROM python:3.11-slim-bookworm
COPY --from=build /opt/shien /opt/shien
ENV PATH=/opt/shien/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SHIEN_HOST=0.0.0.0 SHIEN_PORT=8000
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
