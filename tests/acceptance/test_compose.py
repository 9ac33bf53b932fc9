"""deploy/compose.yaml, without a container engine: what it says, and its services as processes on
loopback, with nginx in front and the settings that it gives them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import typer
from ruamel.yaml import YAML

from service.cli import app
from service.settings import read_settings
from tests.acceptance import nginx
from tests.acceptance.process import ROOT, Process, eventually
from tests.acceptance.test_dockerfile import stages
from tests.conftest import PostgresServer

TEXT = (ROOT / "deploy/compose.yaml").read_text("utf-8")
HTTPS_TEXT = (ROOT / "deploy/compose.https.yaml").read_text("utf-8")
SERVICES: dict[str, dict[str, Any]] = YAML(typ="safe").load(TEXT)["services"]
HORIZON = {name: said for name, said in SERVICES.items() if said["image"] == "horizon"}
INSTANCES = {name: said for name, said in HORIZON.items() if "command" not in said}
PUBLISH = SERVICES["publish"]
# What its first lines have written into .env.
ENV = {"POSTGRES_PASSWORD": "0f3a", "HORIZON_BASE_URL": "https://calendar.example.org"}


def environment(service: dict[str, Any]) -> dict[str, str]:
    """The service's, with what Compose fills in from .env."""

    def filled(variable: re.Match[str]) -> str:
        name, default = variable.groups()
        return ENV[name] if default is None else ENV.get(name, default)

    given: dict[str, str] = service["environment"]
    return {k: re.sub(r"\$\{(\w+):(?:\?[^}]+|-([^}]*))\}", filled, v) for k, v in given.items()}


def mounts(service: dict[str, Any]) -> dict[str, str]:
    """What is where in its container."""
    return {at: what for what, at in (volume.split(":")[:2] for volume in service["volumes"])}


def test_horizon_knows_every_setting_that_it_gives(tmp_path: Path) -> None:
    for said in HORIZON.values():
        given = read_settings(environment(said), tmp_path)
        assert given.unknown == ()
        assert given.base_url == ENV["HORIZON_BASE_URL"]


def test_every_setting_in_its_env_file_reaches_horizon() -> None:
    """Else HORIZON_PUBLIC_READ=false would be ignored without a word."""
    for said in HORIZON.values():
        assert said["env_file"] == ".env"
        decided = {"DATABASE_URL", "EVENTS_FILE", "BASE_URL", "TRUSTED_PROXIES"}
        assert set(said["environment"]) == {f"HORIZON_{name}" for name in decided}


def test_what_it_asks_for_is_what_its_first_lines_write() -> None:
    written = re.search(r"printf '(.+)'.*> \.env", TEXT)
    assert written
    asked = set(re.findall(r"\$\{(\w+):\?", TEXT))
    assert asked == set(re.findall(r"([A-Z_]+)=", written[1])) == set(ENV)


def test_the_command_line_takes_its_command() -> None:
    group = typer.main.get_group(app)
    name, *arguments = PUBLISH["command"]
    group.commands[name].make_context(name, arguments)


def test_horizon_and_its_database_agree_on_who_it_is() -> None:
    database = environment(SERVICES["postgres"])
    for said in HORIZON.values():
        address = urlsplit(environment(said)["HORIZON_DATABASE_URL"])
        assert address.hostname == "postgres"
        assert address.username == database["POSTGRES_USER"]
        assert address.password == database["POSTGRES_PASSWORD"]
        # Its name is the user's where POSTGRES_DB does not say otherwise.
        assert address.path == f"/{database['POSTGRES_USER']}"
        assert said["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_every_instance_follows_the_file_in_its_folder() -> None:
    for said in INSTANCES.values():
        file = PurePosixPath(environment(said)["HORIZON_EVENTS_FILE"])
        assert mounts(said)[str(file.parent)] == "./config"
    assert f"mkdir config && cp ../{file.name} config/" in TEXT


def test_nginx_asks_every_instance_at_the_port_of_the_image() -> None:
    (port,) = stages()[-1].all("EXPOSE")
    assert [f"{name}:{port}" for name in INSTANCES] == nginx.SERVERS


def test_nginx_follows_an_instance_that_is_made_anew() -> None:
    """nginx looks names up at its start alone, and a new container may have another address."""
    for name in INSTANCES:
        assert SERVICES["nginx"]["depends_on"][name]["restart"] is True


def test_nginx_serves_the_folder_that_is_published() -> None:
    (root,) = re.findall(r"^\s*root (\S+);", nginx.CONF, re.MULTILINE)
    assert PUBLISH["command"][1] == root
    assert mounts(PUBLISH)[root] == mounts(SERVICES["nginx"])[root] == "public"
    assert (ROOT / "deploy" / mounts(SERVICES["nginx"])["/etc/nginx/nginx.conf"]).is_file()


def test_nginx_alone_is_open_to_others() -> None:
    assert [name for name, said in SERVICES.items() if "ports" in said] == ["nginx"]
    (listens,) = re.findall(r"^\s*listen (\d+);", nginx.CONF, re.MULTILINE)
    assert SERVICES["nginx"]["ports"] == [f"{listens}:{listens}"]


HTTPS: dict[str, Any] = YAML().load(HTTPS_TEXT)


def test_with_https_caddy_alone_is_open_to_others() -> None:
    services = HTTPS["services"]
    assert services["caddy"]["ports"] == ["80:80", "443:443"]
    assert services["nginx"]["ports"].tag.value == "!reset"
    assert [name for name, said in services.items() if said.get("ports")] == ["caddy"]


def test_with_https_nothing_more_is_asked_for_and_caddy_reaches_nginx() -> None:
    assert set(re.findall(r"\$\{(\w+)", HTTPS_TEXT)) <= set(ENV)
    assert "reverse_proxy nginx:80" in HTTPS["configs"]["caddyfile"]["content"]
    # A document may take as long here as behind nginx.
    (nginxs,) = re.findall(r"proxy_read_timeout (\d+s);", nginx.CONF)
    assert f"response_header_timeout {nginxs}" in HTTPS["configs"]["caddyfile"]["content"]


def test_each_file_that_https_brings_is_read() -> None:
    for said in HTTPS["services"].values():
        for each in said["configs"]:
            assert HTTPS["configs"][each["source"]]["content"]
    (file,) = (each["target"] for each in HTTPS["services"]["nginx"]["configs"])
    assert f"include {PurePosixPath(file).parent}/*.conf;" in nginx.CONF


@pytest.mark.slow
@pytest.mark.parametrize(("behind_caddy", "asker"), [(True, "203.0.113.7"), (False, "127.0.0.1")])
def test_behind_caddy_each_who_asks_keeps_an_address_of_their_own(
    tmp_path: Path, behind_caddy: bool, asker: str
) -> None:
    """Else all of them would count as one, and one who guesses keys would shut out everybody. Without
    Caddy, what a request says of itself is not believed."""
    told: list[str] = []

    class Horizon(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append(self.headers["X-Forwarded-For"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    included = HTTPS["configs"]["behind-caddy"]["content"] if behind_caddy else ""
    with HTTPServer(("127.0.0.1", 0), Horizon) as instance:
        Thread(target=instance.serve_forever, daemon=True).start()
        servers = dict.fromkeys(nginx.SERVERS, f"127.0.0.1:{instance.server_port}")
        # Loopback stands for Docker's networks, where Caddy is.
        included = included.replace("172.16.0.0/12", "127.0.0.0/8")
        with nginx.running(tmp_path, tmp_path, servers, included=included) as address:
            httpx2.get(f"{address}/events", headers={"X-Forwarded-For": "203.0.113.7"})
        instance.shutdown()
    assert told == [asker]


class Site:
    """What `docker compose up` starts, on loopback."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url = folder, database_url
        self.public = folder / "public"
        self.instances: dict[str, Process] = {}

    def start(self) -> None:
        (self.folder / "config").mkdir()
        file = self.folder / "config/events.yaml"
        file.write_text("events: []\nfeeds: [{name: all, title: AI 事件日历}]\n", "utf-8")
        command = [word.replace("/public", str(self.public)) for word in PUBLISH["command"]]
        with (self.folder / "publish.log").open("wb") as log:
            self.publisher = subprocess.Popen(
                [sys.executable, "-m", "service", *command],
                cwd=self.folder,
                env=self.surroundings(PUBLISH),
                stdout=log,
                stderr=log,
            )
        # Meanwhile the others: all of them find an empty database.
        with ThreadPoolExecutor() as together:
            list(together.map(self.serve, INSTANCES))

    def serve(self, name: str, port: int = 0) -> None:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        given = self.settings(INSTANCES[name])
        settings = {key.removeprefix("HORIZON_"): value for key, value in given.items()}
        url = settings.pop("DATABASE_URL")
        self.instances[name] = Process(folder, url, port=port, **settings)

    def settings(self, service: dict[str, Any]) -> dict[str, str]:
        """The service's, with the addresses and folders of this test."""
        given = environment(service) | {"HORIZON_DATABASE_URL": self.database_url}
        given["HORIZON_EVENTS_FILE"] = f"{self.folder}{given['HORIZON_EVENTS_FILE']}"
        # Loopback stands for Docker's networks: in it are the instances, nginx, and who asks.
        given["HORIZON_TRUSTED_PROXIES"] = "127.0.0.0/8"
        return given

    def surroundings(self, service: dict[str, Any]) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
        return own | self.settings(service) | {"PYTHONPATH": str(ROOT)}

    def key(self) -> dict[str, str]:
        """The headers of a program that may write."""
        said = subprocess.run(
            [sys.executable, "-m", "service", "keys", "create", "crawler", "--scope", "write"],
            cwd=self.folder,
            env=self.surroundings(INSTANCES["horizon-1"]),
            check=True,
            capture_output=True,
            text=True,
        )
        return {"Authorization": f"Bearer {said.stdout.split()[-1]}"}

    def stop(self) -> None:
        for instance in self.instances.values():
            if instance.process.poll() is None:
                instance.stop(signal.SIGKILL)
        self.publisher.terminate()
        assert self.publisher.wait(120) == 0


@pytest.fixture
def site(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[Site]:
    name = postgres_server.create("template1")
    started = Site(tmp_path, postgres_server.url(name))
    try:
        started.start()
        yield started
    finally:
        started.stop()
    postgres_server.drop(name)


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """nginx's."""
    at = {name: urlsplit(instance.address).netloc for name, instance in site.instances.items()}
    servers = {server: at[server.partition(":")[0]] for server in nginx.SERVERS}
    with nginx.running(site.folder, site.public, servers) as started:
        yield started


@pytest.fixture
def client(address: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=address, timeout=60) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.postgres
def test_a_change_through_nginx_is_in_every_instance_and_in_the_files(
    site: Site, client: httpx2.Client
) -> None:
    feed = "/feeds/all.ics"
    # The file is there once an instance has read events.yaml.
    assert eventually((site.public / feed[1:]).exists)
    before = client.get(feed)
    assert before.headers["content-disposition"] == "inline"  # nginx's own, not an instance's
    tag = {"If-None-Match": before.headers["etag"]}
    assert client.get(feed, headers=tag).status_code == 304

    event = {"title": "Two desks and one diary", "when": "2099-05-13"}
    added = client.post("/api/v1/events", headers=site.key(), json=event)
    assert added.status_code == 201, added.text
    path = f"/api/v1/events/{added.json()['id']}"
    assert added.headers["location"] == path
    one, two = site.instances.values()
    for instance in (one, two):
        assert eventually(lambda at=instance: at.get(path).status_code == 200)
        assert eventually(lambda at=instance: event["title"] in at.get(feed).text)
    assert eventually(lambda: client.get(feed, headers=tag).status_code == 200)
    after = client.get(feed)
    assert after.headers["etag"] != before.headers["etag"]
    assert after.content == one.get(feed).content == two.get(feed).content
    # With options it is an instance's answer, and numbers are nobody's.
    assert client.get(f"{feed}?lang=en").headers["content-disposition"] != "inline"
    assert client.get("/metrics").status_code == 403
    assert one.get("/metrics").status_code == 200


@pytest.mark.slow
@pytest.mark.postgres
def test_a_strangers_word_does_not_change_whose_wrong_keys_are_counted(
    site: Site, address: str
) -> None:
    """Not even where the stranger is in a network that the settings name, as in an office's."""

    def tried(client: httpx2.Client, number: int, **headers: str) -> int:
        wrong = {"Authorization": f"Bearer hzn_wrong-{number}"}
        return client.get("/api/v1/events", headers=wrong | headers).status_code

    def at(host: str) -> httpx2.Client:
        return httpx2.Client(
            base_url=address, transport=httpx2.HTTPTransport(local_address=host), timeout=60
        )

    with at("127.0.0.2") as stranger, at("127.0.0.3") as neighbour:
        # Each instance counts for itself, and lets thirty pass.
        answers = [
            tried(stranger, number, **{"X-Forwarded-For": f"203.0.113.{number}"})
            for number in range(100)
        ]
        assert answers.count(401) < 70
        assert answers[-2:] == [429, 429]
        assert tried(stranger, 100, **{"X-Forwarded-For": "127.0.0.3"}) == 429
        assert [tried(neighbour, number) for number in (101, 102)] == [401, 401]


@pytest.mark.slow
@pytest.mark.postgres
def test_a_body_that_would_be_refused_is_not_taken_first(site: Site, address: str) -> None:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port or 80), 10) as connection:
        connection.sendall(
            b"POST /api/v1/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b"Content-Length: 20000000\r\n\r\n" + b" " * 100_000
        )
        assert connection.recv(65536).startswith(b"HTTP/1.1 401 ")
    assert [path for path in (site.folder / "client_body").rglob("*") if path.is_file()] == []


@pytest.mark.slow
@pytest.mark.postgres
def test_nobody_is_turned_away_while_one_instance_is_restarted_after_the_other(
    site: Site, client: httpx2.Client
) -> None:
    path = "/api/v1/events"
    headers = site.key()
    event = {"title": "One desk is enough", "when": "2099-06-02"}

    def reads() -> bool:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        return True

    one, two = site.instances["horizon-1"], site.instances["horizon-2"]
    one.stop(signal.SIGKILL)
    assert all(reads() for _ in range(4))
    assert client.post(path, headers=headers, json=event).status_code == 201
    already = one.errors.stat().st_size
    site.serve("horizon-1", urlsplit(one.address).port or 0)
    # Soon it has its share again, and the other may go.
    assert eventually(lambda: reads() and path.encode() in one.errors.read_bytes()[already:])
    assert two.stop() == 0
    assert all(reads() for _ in range(4))
    assert client.post(path, headers=headers, json=event).status_code == 201

    # Without any of them the calendars are still there.
    site.instances["horizon-1"].stop()
    assert client.get(path).status_code == 502
    assert eventually(lambda: client.get("/feeds/all.ics").status_code == 200)
