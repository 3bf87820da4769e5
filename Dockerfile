# Builds the virtual environment with the pinned, hashed dependencies; then a small image without tools.
# By tag, so that each build has Debian's fixes; `--build-arg BASE=…@sha256:…` pins it (docs/operations.md).
ARG BASE=python:3.12-slim
FROM ${BASE} AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/bot.txt requirements/bot.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/bot.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY ml ml
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable .

FROM ${BASE}
# PYTHONSAFEPATH: `bot` is a common name; nothing in the working directory may stand in for it.
ENV PATH=/venv/bin:$PATH PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1 SAMEWAVE_STATE_DIR=/app/data/state
WORKDIR /app
RUN useradd --create-home --uid 10001 samewave && mkdir -p data/state && chown samewave data/state
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY data/embedded data/embedded
USER 10001
# The embedded catalogue lies beside it: mount the state folder only, never all of data/.
VOLUME /app/data/state
HEALTHCHECK --interval=60s --timeout=10s --start-period=180s CMD ["samewave", "health"]
CMD ["samewave", "run"]
