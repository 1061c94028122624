"""The whole stage: one object for each kind of question, all over the same entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from alistach.answers.answer import Variant, Variants
from alistach.answers.cachekey import House
from alistach.answers.categories import CategoryTree
from alistach.answers.collapse import Flights
from alistach.answers.details import Details
from alistach.answers.entries import Entries
from alistach.answers.entry import Entry
from alistach.answers.freshness import FreshnessClass, Lifetimes
from alistach.answers.links import Links
from alistach.answers.memory import Memory
from alistach.answers.pagelinks import LinkAnswers
from alistach.answers.products import ProductAnswers
from alistach.answers.search import Searches
from alistach.answers.store import Store
from alistach.answers.tree import CategoryAnswers
from alistach.kit.clock import Clock
from alistach.kit.tasks import Tasks
from alistach.openplatform import OpenPlatform


@dataclass(frozen=True, slots=True)
class Answers:
    """Where a question goes."""

    products: ProductAnswers
    links: LinkAnswers
    categories: CategoryAnswers
    entries: Entries


@dataclass(frozen=True, slots=True)
class Ground:
    """What the answers stand on."""

    store: Store
    variants: Memory[Variant]
    lifetimes: Mapping[FreshnessClass, Lifetimes]
    platform: OpenPlatform
    house: House
    source: str
    clock: Clock
    tasks: Tasks
    charge_system: Callable[[int], None]


def build(ground: Ground) -> Answers:
    """The stage on this ground."""
    clock, tasks, platform, house = ground.clock, ground.tasks, ground.platform, ground.house
    flights: Flights[Entry] = Flights(clock, tasks, ground.charge_system)
    entries = Entries(
        ground.store, flights, ground.lifetimes, platform.governor.refuse_late, clock, ground.charge_system
    )
    details = Details(entries, platform, house.tracking_id, clock, tasks)
    searches = Searches(entries, platform, house.tracking_id, details.listed, clock)
    links = Links(entries, platform, house.tracking_id, clock, tasks)
    variants = Variants(ground.variants)
    return Answers(
        ProductAnswers(entries, searches, details, links, variants, house, ground.source),
        LinkAnswers(entries, links, variants, house, ground.source, clock),
        CategoryAnswers(entries, CategoryTree(entries, platform, clock), variants, ground.source),
        entries,
    )
