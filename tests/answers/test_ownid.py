"""The house's own tracking id is the operator's business."""

from __future__ import annotations

import pytest

from alistach.answers.ownid import asked_with_own_id, own_id_unknown
from alistach.errors import CredentialsRejected, TrackingIdUnknown, UpstreamDown

UNKNOWN = TrackingIdUnknown("AliExpress refused it.", upstream_request_id="21abc", upstream_calls=1)


def test_an_unknown_id_of_the_house_is_the_operators_to_put_right() -> None:
    with pytest.raises(CredentialsRejected) as caught, asked_with_own_id("my_site"):
        raise UNKNOWN
    assert "own tracking id 'my_site'" in caught.value.detail
    assert "ALIEXPRESS_TRACKING_ID" in caught.value.detail
    assert (caught.value.upstream_request_id, caught.value.upstream_calls) == ("21abc", 1)
    assert caught.value.__cause__ is UNKNOWN


def test_any_other_failure_passes_as_it_is() -> None:
    with pytest.raises(UpstreamDown), asked_with_own_id("my_site"):
        raise UpstreamDown("Down.")


def test_what_goes_well_is_left_alone() -> None:
    with asked_with_own_id("my_site"):
        pass


def test_it_is_no_callers_fault() -> None:
    assert own_id_unknown("my_site", UNKNOWN).fault == "operator"
