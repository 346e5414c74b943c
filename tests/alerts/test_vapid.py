"""RFC 8292: who we are, to a push service."""

import json
import stat
import subprocess
import sys
from datetime import timedelta

import py_vapid
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from staffellauf.alerts.channels.webpush import vapid
from staffellauf.common import env
from tests.make import EVENING

# RFC 8292 section 2.4, whose line breaks are for show.
SAMPLE_TOKEN = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI"
    "6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9O"
    "kSSHzvoD1oA"
)
SAMPLE_KEY = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
ORIGIN = "https://push.example.net"


def verify(token: str, public: bytes) -> dict[str, object]:
    """The claims. Raises InvalidSignature."""
    signed, _, signature = token.rpartition(".")
    r, s = vapid.unbase64url(signature)[:32], vapid.unbase64url(signature)[32:]
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(vapid.unbase64url(signed.partition(".")[0])) == {"typ": "JWT", "alg": "ES256"}
    return json.loads(vapid.unbase64url(signed.partition(".")[2]))


def signer() -> vapid.Signer:
    return vapid.Signer(ec.generate_private_key(ec.SECP256R1()), "push@example.com")


def parts(header: str) -> tuple[str, bytes]:
    token, key = header.removeprefix("vapid t=").split(", k=")
    return token, vapid.unbase64url(key)


def test_the_sample_of_the_rfc_verifies_here_and_a_changed_one_does_not():
    claims = verify(SAMPLE_TOKEN, vapid.unbase64url(SAMPLE_KEY))

    assert claims == {"aud": ORIGIN, "exp": 1453523768, "sub": "mailto:push@example.com"}
    with pytest.raises(InvalidSignature):
        verify(SAMPLE_TOKEN[:-4] + "AAAA", vapid.unbase64url(SAMPLE_KEY))


def test_a_token_says_for_whom_until_when_and_whom_to_write_to():
    ours = signer()

    token, key = parts(ours.authorization(ORIGIN, now=EVENING))

    exp = int((EVENING + timedelta(hours=12)).timestamp())
    assert verify(token, key) == {"aud": ORIGIN, "exp": exp, "sub": "mailto:push@example.com"}
    assert key == ours.public


def test_another_implementation_verifies_our_token():
    token, key = parts(signer().authorization(ORIGIN, now=EVENING))

    assert py_vapid.Vapid02.verify(f"vapid t={token},k={vapid.base64url(key)}")


def test_a_token_serves_its_origin_for_half_its_life():
    ours = signer()
    first = ours.authorization(ORIGIN, now=EVENING)

    assert ours.authorization(ORIGIN, now=EVENING + timedelta(hours=5)) == first
    assert ours.authorization(ORIGIN, now=EVENING + timedelta(hours=7)) != first
    assert ours.authorization("https://other.example", now=EVENING) != first


def test_a_forgotten_token_is_signed_anew():
    ours = signer()
    first = ours.authorization(ORIGIN, now=EVENING)

    ours.forget(ORIGIN)

    assert ours.authorization(ORIGIN, now=EVENING) != first


def test_the_key_is_made_once_for_its_owners_eyes_only(tmp_path):
    first = vapid.kept_key(tmp_path)

    assert vapid.kept_key(tmp_path).private_numbers() == first.private_numbers()
    (kept,) = tmp_path.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_processes_that_start_at_once_have_the_same_key(tmp_path):
    code = (
        "import pathlib, sys; from staffellauf.alerts.channels.webpush import vapid;"
        "print(vapid.Signer(vapid.kept_key(pathlib.Path(sys.argv[1])), 'a@example.org').key_id)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    keys = {process.communicate()[0] for process in started}

    assert len(keys) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_key_of_another_library_is_taken_as_it_prints_it(settings):
    settings.VAPID_PRIVATE_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"

    public = vapid.application_server_key()

    assert public == "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"


@pytest.mark.parametrize("text", ["", "abc", "yfWPiYE", "-----BEGIN PRIVATE KEY-----\nAAAA", "ä" * 43, "A" * 43])
def test_what_is_no_key_is_refused_with_a_sentence(text):
    with pytest.raises(env.InvalidEnvironment, match="VAPID_PRIVATE_KEY"):
        vapid.parse(text)


def test_a_new_key_leaves_the_old_one_at_work(settings, tmp_path):
    settings.DATA = tmp_path
    before = vapid.signer()

    old_id, new_id = vapid.rotate()

    assert (before.key_id, vapid.signer().key_id) == (old_id, new_id)
    assert old_id != new_id
    assert vapid.signer_for(old_id).public == before.public
    assert vapid.known_key_ids() == [new_id, old_id]
    held = [tmp_path / vapid.KEY_FILE, tmp_path / vapid.OLD_KEYS_FOLDER / f"{old_id}.pem"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in held] == [0o600, 0o600]


def test_each_of_three_keys_signs_and_only_one_of_before_is_forgotten(settings, tmp_path):
    settings.DATA = tmp_path
    first, second = vapid.rotate()
    _, third = vapid.rotate()

    assert vapid.known_key_ids()[0] == third
    assert set(vapid.known_key_ids()) == {first, second, third}
    assert (vapid.forget(first), vapid.forget(third), vapid.forget("../vapid_private_key")) == (True, False, False)
    assert set(vapid.known_key_ids()) == {second, third}
    with pytest.raises(KeyError):
        vapid.signer_for(first)


def test_a_key_from_the_environment_is_replaced_there(settings, tmp_path):
    settings.DATA = tmp_path
    keys = [ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value for _ in range(2)]
    old, new = (vapid.base64url(key.to_bytes(32, "big")) for key in keys)
    settings.VAPID_PRIVATE_KEY = old
    old_id = vapid.signer().key_id

    with pytest.raises(vapid.KeyIsGiven):
        vapid.rotate()
    settings.VAPID_PRIVATE_KEY, settings.VAPID_OLD_KEYS = new, [old]

    assert vapid.signer().key_id != old_id
    assert vapid.known_key_ids() == [vapid.signer().key_id, old_id]


def test_a_process_that_runs_notices_a_rotation(settings, tmp_path):
    settings.DATA = tmp_path
    before = vapid.application_server_key()
    code = (
        "import sys; from pathlib import Path; from django.conf import settings; import django; django.setup();"
        "settings.DATA = Path(sys.argv[1]);"
        "from staffellauf.alerts.channels.webpush import vapid; print(vapid.rotate()[1])"
    )
    made = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)

    assert vapid.signer().key_id == made.stdout.split()[-1]
    assert vapid.application_server_key() != before
