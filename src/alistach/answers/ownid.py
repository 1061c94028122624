"""The house's own tracking id: that the platform does not know it is the operator's to put right, and no caller's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alistach.errors import CredentialsRejected, TrackingIdUnknown


@contextmanager
def asked_with_own_id(tracking_id: str) -> Iterator[None]:
    """Around a call that carries the house's own tracking id. Raises CredentialsRejected in place of TrackingIdUnknown."""
    try:
        yield
    except TrackingIdUnknown as error:
        raise own_id_unknown(tracking_id, error) from error


def own_id_unknown(tracking_id: str, error: TrackingIdUnknown) -> CredentialsRejected:
    """What the operator has to be told."""
    return CredentialsRejected(
        f"AliExpress does not know this service's own tracking id {tracking_id!r}. "
        "Set ALIEXPRESS_TRACKING_ID to one of the account; one named `default` always exists.",
        upstream_request_id=error.upstream_request_id,
        upstream_calls=error.upstream_calls,
    )
