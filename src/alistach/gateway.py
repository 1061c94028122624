"""The composition root: opens every long-lived object in order, and closes them in reverse."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from alistach.admission.gate import Gate, Rules
from alistach.admission.ratelimit import Limits
from alistach.answers import answers
from alistach.answers.answer import Variant
from alistach.answers.answers import Answers, Ground
from alistach.answers.cachekey import House
from alistach.answers.entry import Entry
from alistach.answers.freshness import lifetimes
from alistach.answers.memory import Memory
from alistach.answers.store import Store
from alistach.kit.clock import Clock
from alistach.kit.redact import Secret
from alistach.kit.tasks import Tasks
from alistach.observe.journal import Journal
from alistach.observe.metrics import Metrics
from alistach.openplatform import Credentials, Governor, OpenPlatform
from alistach.sandbox import Sandbox, SandboxOptions
from alistach.settings import Mode, Settings
from alistach.storage.cache import CacheFile
from alistach.storage.database import Database
from alistach.storage.keymemory import KeyMemory
from alistach.storage.lock import DataLock
from alistach.storage.refused import StorageFailed, StorageRefused
from alistach.storage.upkeep import Upkeep

_GRACE_SECONDS = 5.0
_MEBIBYTE = 1024 * 1024


class PortRefused(Exception):
    """The embedded sandbox cannot listen where it is told to, so the service does not start."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything that lives as long as the service; `started_at` is monotonic seconds, which no set clock changes."""

    settings: Settings
    clock: Clock
    tasks: Tasks
    journal: Journal
    metrics: Metrics
    gate: Gate
    cache: CacheFile
    database: Database
    platform: OpenPlatform
    answers: Answers
    sandbox: Sandbox | None
    started_at: float


@asynccontextmanager
async def open_gateway(settings: Settings, admin_key: Callable[[], Secret], clock: Clock) -> AsyncIterator[Gateway]:
    """The service's objects, open. Raises StorageRefused when a file or folder cannot be used, or PortRefused.

    `admin_key` is asked once everything else is open: a key may be made and kept only under the data lock.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(DataLock.take(settings.data_dir))
        journal = _open_journal(settings, clock)
        stack.callback(journal.close)
        tasks = Tasks(lambda name, error: journal.say("ERROR", "task.failed", task=name, error=repr(error)))
        cache = CacheFile.open(settings.data_dir / "cache.db", clock)
        stack.push_async_callback(cache.close)
        if cache.set_aside is not None:
            journal.say("ERROR", "cache.set_aside", moved_to=cache.set_aside.name)
        sandbox = await _start_sandbox(settings, clock, stack)
        database = Database.open(settings.data_dir / "audit.db", clock)
        stack.push_async_callback(database.close)
        platform = _open_platform(settings, sandbox, database, clock)
        stack.push_async_callback(platform.close)
        stack.push_async_callback(tasks.close, _GRACE_SECONDS)
        upkeep = tasks.spawn(Upkeep(cache, database, clock, journal.say).run(), name="upkeep")
        stack.callback(upkeep.cancel)
        metrics = Metrics(clock.now)
        yield Gateway(
            settings=settings,
            clock=clock,
            tasks=tasks,
            journal=journal,
            metrics=metrics,
            gate=Gate(
                Rules(
                    admin_key(),
                    settings.anonymous_access,
                    Limits(settings.max_requests_per_second, settings.max_requests_per_minute),
                    frozenset(settings.allowed_origins),
                )
            ),
            cache=cache,
            database=database,
            platform=platform,
            answers=_build_answers(settings, cache, platform, tasks, metrics, clock),
            sandbox=sandbox,
            started_at=clock.monotonic(),
        )


def _open_journal(settings: Settings, clock: Clock) -> Journal:
    try:
        settings.log_dir.mkdir(parents=True, exist_ok=True)
        return Journal(settings.log_dir, clock.now, settings.log_level)
    except OSError as error:
        raise StorageRefused(
            f"The log folder {settings.log_dir} cannot be written ({error.strerror}): "
            "make it writable, or set ALISTACH_LOG_DIR to another folder."
        ) from error


async def _start_sandbox(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Sandbox | None:
    if settings.mode is Mode.LIVE:
        return None
    sandbox = Sandbox(SandboxOptions(), clock)
    port = 8001 if settings.sandbox_port is None else settings.sandbox_port
    try:
        await sandbox.start(port=port, fall_back_to_free_port=settings.sandbox_port is None)
    except OSError as error:
        raise PortRefused(
            f"The embedded sandbox cannot listen on port {port} ({os.strerror(error.errno or 0)}): "
            "stop what uses it, set ALISTACH_SANDBOX_PORT to another port, or remove it to take any free one."
        ) from error
    stack.push_async_callback(sandbox.stop)
    return sandbox


def _open_platform(settings: Settings, sandbox: Sandbox | None, database: Database, clock: Clock) -> OpenPlatform:
    if sandbox is not None:
        credentials = Credentials(sandbox.options.app_key, sandbox.options.app_secret)
    else:
        credentials = Credentials(settings.app_key or "", settings.app_secret.reveal() if settings.app_secret else "")
    return OpenPlatform(
        credentials,
        url=sandbox.base_url if sandbox else settings.api_url,
        tracking_id=settings.tracking_id,
        language=settings.language,
        currency=settings.currency,
        short_links_via=sandbox.base_url if sandbox else None,
        clock=clock,
        governor=_open_governor(settings, KeyMemory(database, credentials.app_key, clock), clock),
    )


def _open_governor(settings: Settings, memory: KeyMemory, clock: Clock) -> Governor:
    try:
        return Governor(settings.max_calls_per_second, clock, memory)
    except StorageFailed as error:
        # Damage that the first look at the file did not find.
        raise StorageRefused(str(error)) from error


def _build_answers(
    settings: Settings, cache: CacheFile, platform: OpenPlatform, tasks: Tasks, metrics: Metrics, clock: Clock
) -> Answers:
    policies = lifetimes(
        settings.cache_price_ttl, settings.cache_product_ttl, settings.cache_search_ttl, settings.cache_affiliate_ttl
    )
    # Of the whole, the fast lane has the other quarter.
    quarter = settings.cache_memory_mb * _MEBIBYTE // 4
    entries: Memory[Entry] = Memory(2 * quarter)
    variants: Memory[Variant] = Memory(quarter)
    return answers.build(
        Ground(
            store=Store(cache, entries, policies, _origin(settings)),
            variants=variants,
            lifetimes=policies,
            platform=platform,
            house=House(settings.tracking_id, settings.currency, settings.language),
            source=settings.mode.value,
            clock=clock,
            tasks=tasks,
            charge_system=metrics.charge_system,
        )
    )


def _origin(settings: Settings) -> str:
    """What tells answers of one platform, app and house tracking id from those of another."""
    platform = f"{settings.api_url} {settings.app_key}" if settings.mode is Mode.LIVE else "sandbox"
    return hashlib.blake2b(f"{platform} {settings.tracking_id}".encode(), digest_size=6).hexdigest() + " "
