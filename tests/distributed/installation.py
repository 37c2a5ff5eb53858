"""A whole installation on this machine without Docker, made of what docker-compose.yml starts.

`Installation` is the distributed one: PostgreSQL with an owner and a runtime role, Redis, web servers,
workers, one scheduler and a TLS proxy, each a process that can be killed. `OneMachine` is what bin/start
starts. What falls is started again, as Docker and bin/start do.
"""

import json
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.distributed.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bin"))

import engines  # noqa: E402
import machine  # noqa: E402

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def image_command() -> list[str]:
    """What the image starts unless told otherwise: the web server."""
    found = re.search(r"(?ms)^CMD (\[.*?\])\s*\Z", (ROOT / "Dockerfile").read_text())
    assert found, "the image has no command"
    return json.loads(found[1].replace("\\\n", ""))


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


class Ground:
    """What both installations have: a folder, an environment, services that are tended."""

    address: str
    authority = ""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.logs = folder / "log"
        for place in (self.data / "files", self.data / "mail", self.data / "queue", self.logs):
            place.mkdir(parents=True, exist_ok=True)
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("PORTAL_") and name not in ("DATABASE_URL", "REDIS_URL")
        } | {
            "DJANGO_SETTINGS_MODULE": "coordination.settings",
            "PORTAL_DATA_DIR": str(self.data),
            "PORTAL_SECRET_KEY": secrets.token_urlsafe(48),
            # The world that it is filled with holds cases.
            "PORTAL_CASES": "1",
            "PORTAL_CASE_KEY": secrets.token_urlsafe(48),
            "PORTAL_CASES_ASSESSMENT": "prov",
            "PORTAL_STATIC_ROOT": str(folder / "static"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "ignore",
        }
        self.services: dict[str, engines.Server] = {}
        self.made: dict[str, Any] = {}

    def run(self, *command: object, **env: str) -> str:
        """A command in this environment, as an operator would give it; what it wrote."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=self.env | env,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command}: {(done.stdout + done.stderr)[-2000:]}"
        return done.stdout

    def manage(self, *command: object, **env: str) -> str:
        return self.run(sys.executable, "manage.py", *command, **env)

    def stage(self, act: str) -> dict[str, Any]:
        written = self.run(sys.executable, "-m", "tests.distributed.stage", act)
        found = [line for line in written.splitlines() if line.startswith("RESULT ")]
        return json.loads(found[-1].removeprefix("RESULT "))

    def service(
        self, name: str, command: list[object], ready: Callable[[], bool] = lambda: True, **env: str
    ) -> None:
        self.services[name] = engines.Server(
            name, command, self.logs / f"{name}.log", ready, cwd=ROOT, env=self.env | env
        )

    def visitor(self, **cookies: str) -> Visitor:
        return Visitor(self.address, dict(cookies), authority=self.authority)

    def healthy(self) -> bool:
        try:
            return self.visitor().get("/hjalp/").status == 200
        except OSError:
            return False

    def tend(self) -> None:
        """Start again what has fallen."""
        for service in self.services.values():
            if not service.stands():
                service.start(wait=False)

    def start(self) -> None:
        for service in self.services.values():
            if not service.stands():
                service.start()
        until(self.healthy, "the portal answers", tend=self.tend)

    def stop(self) -> None:
        for service in reversed(self.services.values()):
            service.kill()
        machine.clear_leftovers(f"PORTAL_DATA_DIR={self.data}")

    # Killing ----------------------------------------------------------------------------------

    def victims(self) -> dict[str, Callable[[], bool]]:
        """What can be killed, and how; each says whether there was somebody to kill."""
        raise NotImplementedError

    def _child_of(self, kind: str) -> Callable[[], bool]:
        def kill() -> bool:
            mains = [one.process.pid for name, one in self.services.items() if kind in name]
            those = [child for main in mains for child in children(main)]
            return bool(those) and _kill(random.choice(those))

        return kill

    def _whole(self, kind: str) -> Callable[[], bool]:
        def kill() -> bool:
            random.choice([one for name, one in self.services.items() if kind in name]).kill()
            return True

        return kill


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def until(
    done: Callable[[], Any],
    what: str,
    seconds: float = 120,
    tend: Callable[[], None] = lambda: None,
) -> Any:
    """Wait for it, tending what falls meanwhile."""
    deadline = time.monotonic() + seconds
    while True:
        value = done()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        tend()
        time.sleep(0.1)


class OneMachine(Ground):
    """SQLite, two web processes, one worker with the scheduler in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        port = machine.free_port()
        self.address = f"http://localhost:{port}"
        self.env |= {"PORTAL_BASE_URL": self.address}
        self.port = port

    def install(self) -> None:
        self.manage("migrate", "--verbosity", "0")
        self.manage("createcachetable")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.made = self.stage("build")
        web = [sys.executable, "-m", *image_command()]
        web[web.index("--bind") + 1] = f"127.0.0.1:{self.port}"
        self.service("web", web)
        worker = [sys.executable, "-m", "celery", "-A", "coordination", "worker", "--pool", "solo"]
        self.service("worker", [*worker, "--loglevel", "INFO"], PORTAL_EMBED_BEAT="1")

    def victims(self) -> dict[str, Callable[[], bool]]:
        return {
            "web process": self._child_of("web"),
            "web server": self._whole("web"),
            "worker": self._whole("worker"),
        }


class Installation(Ground):
    """The distributed installation. `webs` and `workers` say how many; the scheduler is one."""

    def __init__(self, folder: Path, *, webs: int = 2, workers: int = 3) -> None:
        super().__init__(folder)
        # Its own account must reach it, which the folders of a test shut out.
        self._place = tempfile.TemporaryDirectory(prefix="portal-pg-", ignore_cleanup_errors=True)
        self.postgresql = engines.postgresql_in(
            Path(self._place.name), self.logs / "postgresql.log"
        )
        redis = folder / "redis"
        redis.mkdir()
        self.redis = engines.Redis(redis, self.logs / "redis.log")
        self.port, self.plain_port = machine.free_port(), machine.free_port()
        self.webs = {f"web-{number}": machine.free_port() for number in range(webs)}
        self.workers = [f"worker-{number}" for number in range(workers)]
        self.passwords = {"owner": secrets.token_urlsafe(16), "runtime": secrets.token_urlsafe(16)}
        self.address = f"https://localhost:{self.port}"
        self.authority = str(folder / "proxy" / "pki/authorities/local/root.crt")
        self.env |= {
            "DATABASE_URL": self.database("runtime"),
            "REDIS_URL": self.redis.address(),
            "PORTAL_BASE_URL": self.address,
            "PORTAL_ALLOWED_HOSTS": "localhost",
            "PORTAL_CHECKPOINT_DIR": str(folder / "checkpoints"),
            "PORTAL_FIELD_KEY": secrets.token_urlsafe(48),
            "PORTAL_PROXIES": str(COMPOSE["web"]["environment"]["PORTAL_PROXIES"]),
            "FORWARDED_ALLOW_IPS": "127.0.0.1",
        }

    def stop(self) -> None:
        super().stop()
        self._place.cleanup()

    def database(self, role: str, name: str = "portal") -> str:
        login = f"portal_{role}:{self.passwords[role]}"
        return f"postgres://{login}@127.0.0.1:{self.postgresql.port}/{name}"

    def install(self) -> None:
        """The steps of docs/operations.md, in their order."""
        self.services |= {"postgresql": self.postgresql, "redis": self.redis}
        self.postgresql.start()
        self.redis.start()
        self.make_roles(self.postgresql)
        self.migrate()
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.made = self.stage("build")
        web = [sys.executable, "-m", *image_command()]
        for name, port in self.webs.items():
            web[web.index("--bind") + 1] = f"127.0.0.1:{port}"
            self.service(name, list(web))
        for name in self.workers:
            self.service(name, [*self._celery("worker"), "--hostname", f"{name}@test"])
        self.service("scheduler", self._celery("scheduler"))
        self.service("proxy", [engines.program("caddy"), "run", "--config", self._caddyfile()])

    def make_roles(self, server: engines.PostgreSQL) -> None:
        """`deploy/postgres-roles.sh` as its superuser, once."""
        psql = Path(engines.program("psql") or "psql").parent
        self.run(
            "sh",
            "deploy/postgres-roles.sh",
            PATH=f"{psql}:{os.environ['PATH']}",
            PGHOST="127.0.0.1",
            PGPORT=str(server.port),
            POSTGRES_USER="portal",
            PORTAL_OWNER_PASSWORD=self.passwords["owner"],
            PORTAL_RUNTIME_PASSWORD=self.passwords["runtime"],
        )

    def migrate(self) -> None:
        """What the container `migrate` does, as the owner of the tables."""
        (script,) = [part for part in COMPOSE["migrate"]["command"] if "manage.py" in part]
        self.run(
            "sh",
            "-ec",
            script.replace("python ", f"{sys.executable} "),
            DATABASE_URL=self.database("owner"),
            PORTAL_SMTP_HOST="mail.example.org",
        )

    def _celery(self, name: str) -> list[str]:
        own = [part.replace("/tmp/", f"{self.folder}/") for part in COMPOSE[name]["command"]]
        return [sys.executable, "-m", *own]

    def _caddyfile(self) -> Path:
        """The installation's own, with certificates of its own making and no names to look up."""
        text = (ROOT / "deploy" / "Caddyfile").read_text()
        servers = " ".join(f"127.0.0.1:{port}" for port in self.webs.values())
        assert "dynamic a web 8000" in text
        text = text.replace("dynamic a web 8000", f"to {servers}")
        assert "\n{$PORTAL_HOST} {" in text
        text = text.replace("\n{$PORTAL_HOST} {", f"\nlocalhost:{self.port} {{\n\ttls internal")
        text = text.replace("\nhttp://{$PORTAL_HOST} {", f"\nhttp://localhost:{self.plain_port} {{")
        text = text.replace("https://{$PORTAL_HOST}", self.address)
        assert "PORTAL_HOST" not in text
        options = (
            "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n"
            f"\tstorage file_system {self.folder}/proxy\n}}\n"
        )
        file = self.folder / "Caddyfile"
        file.write_text(options + text)
        return file

    def victims(self) -> dict[str, Callable[[], bool]]:
        return {
            "web process": self._child_of("web"),
            "web server": self._whole("web"),
            "worker process": self._child_of("worker"),
            "worker": self._whole("worker"),
            "scheduler": self._whole("scheduler"),
            "Redis": self._whole("redis"),
            "PostgreSQL process": self._child_of("postgresql"),
            "PostgreSQL": self._whole("postgresql"),
            "proxy": self._whole("proxy"),
        }
