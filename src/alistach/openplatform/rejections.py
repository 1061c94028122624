"""Finer cases of the error tree, told apart by the platform's codes; each keeps its parent's code and status.

CredentialsRejected
├── AppKeyRejected, SignatureRejected, ClockRejected
└── AddressRejected, TokenRejected, PublisherUnregistered
UpstreamInvalid
└── PlatformCodeUnknown
UpstreamDown
└── BackendFailed
"""

from __future__ import annotations

from alistach.errors import CredentialsRejected, UpstreamDown, UpstreamInvalid


class AppKeyRejected(CredentialsRejected):
    """The platform does not know the app key."""


class SignatureRejected(CredentialsRejected):
    """The signature does not match: the secret is not the one of this app key."""


class ClockRejected(CredentialsRejected):
    """The request's timestamp is too far from the platform's clock."""


class AddressRejected(CredentialsRejected):
    """This machine's address is not on the app's allow-list."""


class TokenRejected(CredentialsRejected):
    """The user token or the authorisation code is missing, invalid or expired."""


class PublisherUnregistered(CredentialsRejected):
    """No publisher account stands behind the app's account (`resp_code` 401)."""


class PlatformCodeUnknown(UpstreamInvalid):
    """The platform refused with a code that is in no table; the same question would probably be refused again."""

    retryable = False


class BackendFailed(UpstreamDown):
    """The platform's backend failed on this very question (`resp_code` 404); it may be the question's fault."""
