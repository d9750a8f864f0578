"""The signing key of the pretended sign-in, and ID tokens made with it (OpenID Connect Core §2)."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

KEY_ID = "double-1"


@cache
def _key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": KEY_ID, "use": "sig", "alg": "RS256"})


def public_keys() -> dict[str, Any]:
    """The JWK set, without what signs."""
    return dict(KeySet([_key()]).as_dict(private=False))


def signed(claims: Mapping[str, object]) -> str:
    """A JWT, RS256."""
    return jwt.encode({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}, dict(claims), _key())
