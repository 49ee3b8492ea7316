# Clew as an image: the command, without a Neo4j of its own (docker-compose.yml starts one beside it).

FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements.lock requirements.run.lock ./
# The tools that build the package stay in this stage; what runs gets an environment of its own.
RUN python -m venv /tools && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
RUN python -m venv /opt/clew && /opt/clew/bin/pip install --no-cache-dir --require-hashes -r requirements.run.lock
COPY . .
RUN /tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheel . \
    && /opt/clew/bin/pip install --no-cache-dir --no-deps --no-index /wheel/*.whl \
    && /opt/clew/bin/pip uninstall --yes pip

FROM python:3.12-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /var/lib/clew clew \
    && install --directory --owner clew --group clew --mode 0700 /var/lib/clew
COPY --from=build /opt/clew /opt/clew
ENV PATH=/opt/clew/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CLEW_HOME=/var/lib/clew
USER clew
WORKDIR /var/lib/clew
VOLUME /var/lib/clew
ENTRYPOINT ["clew"]
CMD ["--help"]
