# One image for the five services and the command line `shien`; docker-compose.yml says what a container runs.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE} AS build
ARG TRACES=false
COPY build.lock services.lock traces.lock /src/
RUN python -m venv --without-pip /opt/shien && \
    pip install -q --disable-pip-version-check --require-hashes -r /src/build.lock && \
    pip --python /opt/shien/bin/python install -q --disable-pip-version-check --require-hashes -r /src/services.lock && \
    if [ "$TRACES" = true ]; then \
      pip --python /opt/shien/bin/python install -q --disable-pip-version-check --require-hashes -r /src/traces.lock; \
    fi
COPY libs/shienevents /src/libs/shienevents
COPY libs/shiendomain /src/libs/shiendomain
COPY libs/shienweb /src/libs/shienweb
COPY libs/shienops /src/libs/shienops
COPY services /src/services
# Neither pip nor what builds goes into the image; the last line fails when services.lock lacks something.
RUN pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w /src/wheels \
      /src/libs/shienevents /src/libs/shiendomain /src/libs/shienweb /src/libs/shienops /src/services/* && \
    pip --python /opt/shien/bin/python install -q --disable-pip-version-check --no-index --no-deps /src/wheels/*.whl && \
    pip --python /opt/shien/bin/python check

FROM ${PYTHON_IMAGE}
COPY --from=build /opt/shien /opt/shien
# A new volume mounted in one of these folders belongs to the user of the containers.
RUN for service in registry needs matching escalation portal; do \
      install -d -o 10001 -g 10001 /var/lib/shien/proof/$service || exit 1; \
    done && install -d -o 10001 -g 10001 /files
ENV PATH=/opt/shien/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SHIEN_HOST=0.0.0.0 SHIEN_PORT=8000
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
