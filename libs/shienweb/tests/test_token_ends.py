"""How a token ends before it expires: its key is withdrawn, its account or itself is denied."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from shienevents import Contract
from shienweb import Principal, Refusal, TokenChecker, VerifiedToken
from shienweb._denied import DenyFile
from shienweb._keys import Keys

from .test_token import AUDIENCE, ISSUER, KEY, issuer, jwks, minted, refusal

OTHER = ECKey.generate_key("P-256", auto_kid=True)
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # the order of P-256


def checker(where: str, *denied: object, keep_seconds: float = 3600) -> TokenChecker:
    keys = Keys(where, refresh_seconds=120, keep_seconds=keep_seconds)
    return TokenChecker(issuer=ISSUER, audience=AUDIENCE, jwks=keys, denied=denied)  # type: ignore[arg-type]


async def who(check: TokenChecker, token: str) -> Principal:
    return await check.principal(f"Bearer {token}")


def later(check: TokenChecker, seconds: float) -> None:
    """Let so much time pass for the keys."""
    check._keys._tried_at -= seconds
    check._keys._read_at -= seconds


async def test_a_withdrawn_key_counts_no_more_after_two_minutes_also_for_tokens_seen_before(tmp_path: Path) -> None:
    check = checker(jwks(tmp_path, KEY, OTHER))
    token, kept = minted(), minted(OTHER)
    first = await who(check, kept)
    assert (await who(check, token)).subject == "demo"
    jwks(tmp_path, OTHER)
    later(check, 119)
    assert (await who(check, token)).subject == "demo"
    later(check, 1)
    assert await refusal(check, token) == "token.invalid"
    assert await refusal(check, minted(subject="new")) == "token.invalid"
    assert await who(check, kept) is first, "a token whose key is still there is not verified again"


async def test_another_key_under_the_same_id_counts_no_more_either(tmp_path: Path) -> None:
    check = checker(jwks(tmp_path, KEY))
    token = minted()
    await who(check, token)
    jwks(tmp_path, ECKey.generate_key("P-256", {"kid": str(KEY.kid)}))
    later(check, 120)
    assert await refusal(check, token) == "token.invalid"


async def test_the_file_of_keys_may_have_the_mark_that_editors_of_windows_put_before_it(tmp_path: Path) -> None:
    where = Path(jwks(tmp_path, KEY))
    where.write_text(f"\ufeff{where.read_text()}")
    assert (await who(checker(str(where)), minted())).subject == "demo"


async def test_when_all_keys_are_withdrawn_no_token_counts(tmp_path: Path) -> None:
    check = checker(jwks(tmp_path, KEY))
    token = minted()
    await who(check, token)
    jwks(tmp_path)
    later(check, 120)
    assert await refusal(check, token) == "token.invalid"


async def test_keys_count_for_an_hour_while_the_issuer_is_away_and_then_no_more(tmp_path: Path) -> None:
    where = jwks(tmp_path, KEY)
    check = checker(where)
    token = minted()
    await who(check, token)
    Path(where).unlink()
    later(check, 3590)
    assert (await who(check, token)).subject == "demo"
    tried = check._keys._tried_at
    assert (await who(check, token)).subject == "demo"
    assert check._keys._tried_at == tried, "it is not asked again for every request"
    later(check, 30)
    with pytest.raises(Refusal) as caught:
        await who(check, token)
    assert (caught.value.status_code, caught.value.code) == (503, "issuer.away")
    jwks(tmp_path, KEY)
    later(check, 2)
    assert (await who(check, token)).subject == "demo"


async def test_while_one_request_reads_the_keys_others_go_on_with_those_that_are_known(tmp_path: Path) -> None:
    jwks(tmp_path, KEY)
    with issuer(tmp_path) as (address, asked):
        check = checker(address)
        tokens = [minted(jti=str(n)) for n in range(8)]
        await asyncio.gather(*(who(check, token) for token in tokens))
        later(check, 120)
        async with check._keys._lock:
            async with asyncio.timeout(5):
                assert (await who(check, tokens[0])).subject == "demo"
            later(check, 120)  # after a long time without a request nobody goes on with what was known then
            waiting = asyncio.create_task(who(check, tokens[1]))
            await asyncio.wait([waiting], timeout=0)
            assert not waiting.done()
        await asyncio.gather(waiting, *(who(check, token) for token in tokens))
        assert asked == ["/jwks.json"] * 2


async def test_the_operator_s_file_ends_tokens_and_accounts_and_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "denied.toml"
    file.write_text("tokens = []\nsubjects = []")
    denied = DenyFile(file)
    check = checker(jwks(tmp_path, KEY), denied)
    tokens = {name: minted(subject=name, jti=f"{name}-1") for name in ("a", "b")}
    for said, expected in (
        ('tokens = ["a-1"]', {"a": "token.revoked", "b": ""}),
        ('subjects = ["b"]', {"a": "", "b": "token.revoked"}),
        ('\ufeffsubjects = ["a"]', {"a": "token.revoked", "b": ""}),  # as an editor of Windows leaves it
        ('subjects = ["b"]', {"a": "", "b": "token.revoked"}),
        ('subjects = "b"', {"a": "", "b": "token.revoked"}),  # cannot be read: what it said before counts
        ("", {"a": "", "b": ""}),
    ):
        file.write_text(said)
        denied._file._looked_at -= 1
        found = {}
        for name, token in tokens.items():
            try:
                found[name] = "" if (await who(check, token)).subject == name else "?"
            except Refusal as refused:
                found[name] = refused.code
        assert found == expected, said


def test_a_deny_list_that_cannot_be_read_does_not_start(tmp_path: Path) -> None:
    file = tmp_path / "denied.toml"
    for text in (None, "tokens = [1]", "subject = []", "tokens"):
        if text is not None:
            file.write_text(text)
        with pytest.raises(Contract, match=r"denied\.toml cannot be read"):
            DenyFile(file)


class Ended:
    """Denies what was ended, by its digest."""

    def __init__(self) -> None:
        self.digests: set[bytes] = set()

    async def names(self, token: VerifiedToken) -> bool:
        return token.digest in self.digests


async def test_a_token_whose_signature_is_written_in_another_way_is_the_same_token(tmp_path: Path) -> None:
    ended = Ended()
    check = checker(jwks(tmp_path, KEY), ended)
    token = minted()
    signed, _, signature = token.rpartition(".")
    raw = urlsafe_b64decode(signature.encode())
    twin = raw[:32] + (_N - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    other = f"{signed}.{urlsafe_b64encode(twin).decode()}"
    assert other != token
    assert (await who(check, other)).subject == "demo", "an ECDSA signature has a twin, and both are right"
    ended.digests.add((await check.verified(f"Bearer {token}")).digest)
    assert [await refusal(check, one) for one in (token, other)] == ["token.revoked"] * 2


async def test_a_token_has_expired_after_its_leeway_and_is_not_kept_longer(tmp_path: Path) -> None:
    check = checker(jwks(tmp_path, KEY))
    verified = await check.verified(f"Bearer {minted(exp=int(time.time()) + 60)}")
    assert 85 < verified.until - time.time() <= 90
