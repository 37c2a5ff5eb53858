"""What a person with a password, an app and a key does with their hands, for the sign-in tests."""

import base64
import json
from datetime import timedelta
from typing import Any

import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from coordination.access import factors, sealing
from coordination.access.models import User
from coordination.audit import log
from coordination.jobs.models import OutgoingMail

PASSWORD = "en lång mening som ingen annan har"
SIGN_IN = "/konto/login/"
SECOND = "/konto/andra-steget/"


def with_password(world: Any, username: str) -> Any:
    """The person, who signs in with a password and has read the notice."""
    person = world.person(username)
    person.set_password(PASSWORD)
    person.notice_read_at = timezone.now()
    person.save()
    return person


def type_password(client: Client, username: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(SIGN_IN, {"login": username, "password": password}, **more)


def code_now(secret: str, ahead: int = 0) -> str:
    """The app's code now, or so many half minutes ahead."""
    counter = list(totp.yield_hotp_counters_from_time())[1] + ahead
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def secret_of(person: Any) -> str:
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    return sealing.unseal(row.data["secret"], about=f"factor of {person.pk}")


def shown_secret(page: Any) -> str:
    return page.context["secret"].replace(" ", "")


def letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A security key in software: makes real attestations and signatures."""

    def __init__(self, host: str = "localhost", origin: str = "http://localhost:8000") -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = b"key-" + bytes(range(16))
        self.host, self.origin = host, origin
        self.count = 0

    def create(self, options: str) -> str:
        wish = json.loads(options)["publicKey"]
        public = ES256.from_cryptography_key(self.private.public_key())
        credential = AttestedCredentialData.create(bytes(16), self.id, public)
        data = AuthenticatorData.create(sha256(self.host.encode()), 0x45, self.count, credential)
        made = AttestationObject.create("none", data, {})
        return json.dumps(
            {
                "id": letters(self.id),
                "rawId": letters(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {
                    "clientDataJSON": letters(self._client("webauthn.create", wish["challenge"])),
                    "attestationObject": letters(bytes(made)),
                },
            }
        )

    def get(self, options: str) -> str:
        wish = json.loads(options)["publicKey"]
        self.count += 1
        data = AuthenticatorData.create(sha256(self.host.encode()), 0x05, self.count)
        client = self._client("webauthn.get", wish["challenge"])
        signature = self.private.sign(bytes(data) + sha256(client), ec.ECDSA(SHA256()))
        return json.dumps(
            {
                "id": letters(self.id),
                "rawId": letters(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {
                    "clientDataJSON": letters(client),
                    "authenticatorData": letters(bytes(data)),
                    "signature": letters(signature),
                    "userHandle": None,
                },
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        assert websafe_decode(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()


def add_app(client: Client) -> str:
    """Adds an app through the pages. Returns its secret."""
    secret = shown_secret(client.get(reverse("app_add")))
    answer = client.post(reverse("app_add"), {"code": code_now(secret)})
    assert answer["Location"] == reverse("recovery_codes")
    return secret


def add_key(client: Client, key: Key) -> None:
    page = client.get(reverse("key_add"))
    credential = key.create(page.context["key_options"])
    answer = client.post(reverse("key_add"), {"name": "Nyckel", "credential": credential})
    assert answer["Location"] == reverse("recovery_codes"), answer.content.decode()[-3000:]


def with_app(person: User) -> tuple[Client, str]:
    """A client of the person's, signed in with password and app, and the app's secret."""
    client = Client()
    type_password(client, person.username)
    return client, add_app(client)


def reaches(client: Client, address: str) -> bool:
    return client.get(address).status_code == 200


def choose(client: Client, password: str) -> Any:
    """Chooses a password behind the link that the client has opened."""
    return client.post(reverse("invitation"), {"password": password, "again": password})


def froze(person: User) -> None:
    """So many wrong codes for the person that none is taken any longer."""
    for _n in range(10):
        assert factors.check_code(person, "00000000") is None
    assert factors.frozen(person)


def letters_to(person: User) -> list[str]:
    rows = OutgoingMail.objects.filter(user_id=person.pk).order_by("pk")
    return list(rows.values_list("letter", flat=True))


def told_of(person: User, by: User, event: str) -> int:
    """How often the log tells that the one did this about the other."""
    return log.events(zone=log.Zone.COORDINATION, by=by, on=person).filter(event=event).count()


def later(minutes: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes))
