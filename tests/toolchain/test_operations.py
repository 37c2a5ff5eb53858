"""The installation's files and its manual say what the code does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "coordination" / "settings.py").read_text()
MANUAL = (ROOT / "docs" / "operations.md").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
IMAGE = (ROOT / "Dockerfile").read_text()


def read_by_settings() -> set[str]:
    names = set(re.findall(r'\b(?:text|flag|whole|words|secret)\(\s*"([A-Z_]+)"', SETTINGS))
    return names | {f"{name}_FILE" for name in secrets()}


def secrets() -> set[str]:
    return set(re.findall(r'\bsecret\(\s*"([A-Z_]+)"', SETTINGS))


def read_elsewhere() -> set[str]:
    files = [f for app in ("coordination", "forums") for f in (ROOT / app).rglob("*.py")]
    found = re.compile(r'environ(?:\.get\(|\[|\.setdefault\()\s*"((?:PORTAL|DATABASE|REDIS)_?\w*)"')
    return {name for file in files for name in found.findall(file.read_text())}


def test_every_variable_the_settings_read_is_in_the_manual_and_no_other():
    documented = set(re.findall(r"(?m)^\| `([A-Z_]+)` \|", MANUAL))
    assert documented == read_by_settings() | read_elsewhere()


def test_the_containers_set_only_variables_that_the_settings_read():
    for name in ("migrate", "web", "worker", "scheduler"):
        ours = {key for key in SERVICES[name]["environment"] if key.startswith("PORTAL_")}
        assert ours <= read_by_settings()


FIXED = {
    "PORTAL_DATA_DIR": "the volume /data, in the image",
    "PORTAL_STATIC_ROOT": "in the image",
    "PORTAL_BRAND_DIR": "an argument of the image's build",
    "PORTAL_EMBED_BEAT": "the containers have a scheduler of their own",
    "PORTAL_DEMO": "refused by check --deploy",
    "PORTAL_DEBUG": "refused by check --deploy",
    "PORTAL_UPLOADS_UNSCANNED": "refused by check --deploy",
}
"""What an installation of containers does not choose in .env, and why."""


def test_every_variable_of_the_manual_can_be_set_in_the_containers():
    documented = set(re.findall(r"(?m)^\| `(\w+)` \|", MANUAL))
    as_files = secrets()
    for name in ("web", "worker"):
        passed = set(SERVICES[name]["environment"])
        assert documented - passed - set(FIXED) - as_files == set()
        assert {f"{key}_FILE" for key in as_files} <= passed
    assert "PORTAL_BRAND_DIR" in SERVICES["web"]["build"]["args"]
    assert "ARG PORTAL_BRAND_DIR" in IMAGE
    assert IMAGE.index("ARG PORTAL_BRAND_DIR") < IMAGE.index("collectstatic")


def test_every_secret_of_the_containers_is_a_file_that_the_manual_has_made():
    files = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    for name in ("migrate", "web", "worker", "scheduler"):
        environment = SERVICES[name]["environment"]
        read = {Path(v).name for k, v in environment.items() if k.endswith("_FILE")}
        assert read == set(SERVICES[name]["secrets"]) == set(COMPOSE["secrets"]) == files
    loops = dict(re.findall(r"for (\w+) in ([\w ]+); do", MANUAL))
    made = {f"portal_{key}_key" for key in loops["key"].split()}
    made |= {f"portal_{name}" for name in loops["name"].split()}
    assert made == files


def test_every_volume_of_ours_lies_on_a_folder_that_our_account_owns():
    owned = re.search(r"install -d -o portal -g portal -m 0700 ([^\n]+)", IMAGE)
    assert owned
    for name in ("migrate", "web", "worker", "scheduler"):
        places = [mount.split(":")[1] for mount in SERVICES[name]["volumes"]]
        assert places
        assert set(places) <= set(owned[1].split()), name


def test_the_web_servers_reach_out_only_where_a_provider_is_used():
    reached = {name for name, net in COMPOSE["networks"].items() if not (net or {}).get("internal")}
    assert reached == {"out"}
    assert set(SERVICES["web"]["networks"]) == {"inside", "front", "provider"}
    assert COMPOSE["networks"]["provider"]["internal"] == "${PORTAL_WEB_INTERNAL:-true}"
    assert "PORTAL_WEB_INTERNAL" in MANUAL


def settings_with(expression: str, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return subprocess.run(
        [sys.executable, "-c", f"from coordination import settings as s; print({expression})"],
        cwd=ROOT,
        env=kept | {"PORTAL_SECRET_KEY": "k" * 40} | environment,
        capture_output=True,
        text=True,
    )


def test_the_key_before_this_one_is_believed_and_an_empty_file_is_none(tmp_path):
    (tmp_path / "empty").write_text("")
    (tmp_path / "old").write_text("o" * 40 + "\n")
    (tmp_path / "short").write_text("o\n")
    shown = "s.SECRET_KEY_FALLBACKS, s.FIELD_KEYS"
    old = "PORTAL_SECRET_KEY_OLD_FILE"
    assert settings_with(shown, **{old: str(tmp_path / "empty")}).stdout == f"[] ['{'k' * 40}']\n"
    # Without a field key of its own, what the old secret key sealed still opens.
    both = f"['{'k' * 40}', '{'o' * 40}']"
    assert settings_with(shown, **{old: str(tmp_path / "old")}).stdout == f"['{'o' * 40}'] {both}\n"
    refused = settings_with(shown, **{old: str(tmp_path / "short")})
    assert "PORTAL_SECRET_KEY_OLD" in refused.stderr.splitlines()[-1]


def test_a_provider_without_a_name_for_us_stops_the_start():
    """As the containers pass what .env leaves empty."""
    refused = settings_with(
        "1", PORTAL_OIDC_ISSUER="https://login.example.org", PORTAL_OIDC_CLIENT_ID=""
    )
    assert refused.stderr.splitlines()[-1].endswith("PORTAL_OIDC_CLIENT_ID must be set.")
    assert settings_with("s.OIDC", PORTAL_OIDC_ISSUER="").stdout == "[]\n"


def test_each_variable_that_compose_asks_for_is_in_the_example():
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = (ROOT / "deploy" / "example.env").read_text()
    assert asked <= set(re.findall(r"(?m)^(\w+)=", example))


def test_the_manual_tells_of_every_option_of_the_start():
    options = set(re.findall(r'add_argument\("(--[a-z-]+)"', (ROOT / "bin" / "start").read_text()))
    assert options
    for option in options:
        assert f"`{option}" in MANUAL or f"bin/start {option}" in MANUAL


def test_only_the_migration_works_as_the_owner_of_the_tables():
    for name in ("migrate", "web", "worker", "scheduler"):
        owner = "portal_owner" in SERVICES[name]["environment"]["DATABASE_URL"]
        assert owner == (name == "migrate")


def test_nothing_but_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"]


def test_the_database_server_keeps_what_people_write_out_of_its_log():
    command = SERVICES["postgres"]["command"]
    assert "-clog_error_verbosity=terse" in command
    assert "-clog_min_error_statement=panic" in command


def test_the_queue_survives_a_restart_and_evicts_nothing():
    command = SERVICES["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_image_and_start_install_the_same_libraries_for_pdf():
    machine = (ROOT / "bin" / "machine.py").read_text()
    packages = re.search(r"PDF_PACKAGES = \((.*?)\)", machine, re.DOTALL)[1]
    for package in re.findall(r'"([^"]+)"', packages):
        assert f" {package}" in IMAGE
