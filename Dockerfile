# breachtrace as a service: `docker build -t breachtrace .`, then see compose.yaml and docs/serving.md
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml requirements.lock README.md LICENSE breachtrace.py ./
COPY api api
COPY extract extract
COPY graph graph
COPY ontology ontology
# the versions of the lock, of what is needed to run
RUN sed -e '/--hash=/d' -e 's/ *\\$//' requirements.lock > versions.txt \
    && python -m venv /opt/breachtrace \
    && /opt/breachtrace/bin/pip install --no-cache-dir --constraint versions.txt setuptools \
    && /opt/breachtrace/bin/pip install --no-cache-dir --constraint versions.txt --no-build-isolation \
        ".[serve,cypher,neo4j,postgres,validate]"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /store breachtrace && install -d -o breachtrace -g breachtrace /store
COPY --from=build /opt/breachtrace /opt/breachtrace
ENV PATH=/opt/breachtrace/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BREACHTRACE_STORE=/store \
    BREACHTRACE_HOST=0.0.0.0
USER breachtrace
WORKDIR /store
VOLUME /store
EXPOSE 8000
HEALTHCHECK --start-period=30s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=3)"]
ENTRYPOINT ["breachtrace"]
CMD ["serve"]
