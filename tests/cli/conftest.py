"""One running service for all tests of the command line in this process that leave it as they found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving import Service, start_service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with start_service(
        tmp_path_factory.mktemp("service"), MAX_REQUESTS_PER_SECOND="1000", MAX_REQUESTS_PER_MINUTE="10000"
    ) as running:
        yield running
