"""nginx with deploy/nginx.conf, on loopback: what the example promises, tried."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.process import ROOT, eventually

CONF = (ROOT / "deploy/nginx.conf").read_text("utf-8")
SERVERS = re.findall(r"^\s*server (\S+:\d+)", CONF, re.MULTILINE)
WITHOUT = "no nginx is installed (Debian: apt install nginx-light), or NGINX names none"


def installed() -> str:
    """Where nginx is; NGINX names another one. Skips the test where there is none."""
    # Debian's is where only root's PATH leads.
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
    program = os.environ.get("NGINX") or shutil.which("nginx", path=path)
    if program is None:
        if os.environ.get("PROXY") == "required":
            pytest.fail(WITHOUT)
        pytest.skip(WITHOUT)
    return program


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(
    folder: Path,
    public: Path,
    servers: Mapping[str, str],
    *,
    port: int | None = None,
    below_path: bool = False,
    included: str = "",
) -> Iterator[str]:
    """Its address. It keeps what it needs in `folder`, its log too (nginx.log), and serves the files
    in `public`; `servers`: where those that the configuration names are. `below_path`: with its line
    for a service below /horizon; `included`: what stands in the file of the folder that the configuration
    includes."""
    program = installed()
    port = port or free_port()
    text = re.sub(r"# (rewrite .*;)", r"\1", CONF) if below_path else CONF
    text = text.replace("root /public;", f"root {public};")
    (folder / "horizon.d").mkdir()
    (folder / "horizon.d/own.conf").write_text(included, "utf-8")
    text = text.replace("/etc/nginx/horizon.d", f"{folder}/horizon.d")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
    for name in SERVERS:
        text = text.replace(f"server {name}", f"server {servers[name]}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    text = text.replace("http {\n", "http {\n" + paths, 1)
    # As root its workers would be somebody who may not enter the tests' folders.
    user = "user root;\n" if os.geteuid() == 0 else ""
    conf = folder / "nginx.conf"
    conf.write_text(f"{user}daemon off;\npid {folder}/nginx.pid;\n{text}", "utf-8")
    # A variable of this name means sockets to nginx itself.
    environment = {name: value for name, value in os.environ.items() if name != "NGINX"}
    log = folder / "nginx.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [program, "-c", str(conf), "-e", "stderr", "-p", str(folder)],
            env=environment,
            stderr=errors,
        )

    def listens() -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", port)) == 0

    try:
        assert eventually(lambda: listens() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(120)
