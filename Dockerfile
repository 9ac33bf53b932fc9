FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

# The lock's first section is what runs, its second what builds; the third stays out.
COPY requirements.lock ./
RUN python -m venv /opt/horizon \
    && sed '/^# --- build ---/,$d' requirements.lock > runtime.txt \
    && /opt/horizon/bin/python -m pip install --require-hashes -r runtime.txt
RUN python -m venv /opt/build \
    && sed '/^# --- development ---/,$d' requirements.lock | sed -n '/^# --- build ---/,$p' > build.txt \
    && /opt/build/bin/python -m pip install --require-hashes -r build.txt

COPY pyproject.toml README.md LICENSE ./
COPY service ./service
RUN /opt/build/bin/python -m pip wheel --no-deps --no-build-isolation --no-index -w /dist . \
    && /opt/horizon/bin/python -m pip install --no-deps --no-index /dist/*.whl


FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data horizon \
    && install -d -o horizon -g horizon /data
COPY --from=build /opt/horizon /opt/horizon
ENV PATH=/opt/horizon/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HORIZON_DATABASE_URL=sqlite:////data/horizon.db \
    HORIZON_EVENTS_FILE=/data/events.yaml
WORKDIR /data
USER horizon
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["horizon"]
CMD ["serve", "--host", "0.0.0.0"]
