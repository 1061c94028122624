"""Pictures of products."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.pictures import draw_picture
from tests.sandbox.calling import Caller

CATALOGUE = Catalogue(seed=1, size=100)
FIRST = CATALOGUE.product_id(0)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x.svg",
        f"{FIRST}.svg",
        f"{FIRST}-0.png",
        f"{FIRST}-9.svg",
        f"{FIRST}-00.svg",
        "1-0.svg",
        f"../{FIRST}-0.svg",
    ],
)
def test_no_product_has_a_picture_of_another_name(name: str) -> None:
    assert draw_picture(CATALOGUE, name) is None


def test_a_product_beyond_the_catalogue_has_no_picture() -> None:
    assert draw_picture(CATALOGUE, f"{CATALOGUE.product_id(100)}-0.svg") is None


@pytest.mark.parametrize("index", range(100))
def test_every_picture_is_well_formed_and_says_what_it_shows(index: int) -> None:
    product = CATALOGUE.product(index)
    for number in range(product.pictures):
        drawn = draw_picture(CATALOGUE, f"{product.product_id}-{number}.svg")
        assert drawn is not None
        assert len(drawn) < 1_500
        root = ET.fromstring(drawn)  # noqa: S314  # our own drawing
        assert root.get("aria-label") == product.outline.noun.name


def test_a_picture_is_the_same_each_time() -> None:
    assert draw_picture(CATALOGUE, f"{FIRST}-0.svg") == draw_picture(CATALOGUE, f"{FIRST}-0.svg")


def test_the_pictures_of_a_product_differ() -> None:
    assert draw_picture(CATALOGUE, f"{FIRST}-0.svg") != draw_picture(CATALOGUE, f"{FIRST}-1.svg")


async def test_a_missing_picture_is_not_found(caller: Caller) -> None:
    assert await caller.get("/sandbox/images/none.svg") == (404, {"error": "No product has this picture."})


async def test_a_picture_is_served_as_svg_for_good(caller: Caller) -> None:
    async with caller.session.get(f"{caller.sandbox.base_url}/sandbox/images/{FIRST}-0.svg") as response:
        assert response.status == 200
        assert response.content_type == "image/svg+xml"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert await response.text() == draw_picture(CATALOGUE, f"{FIRST}-0.svg")
