"""Refusals are sentences, and a locked folder is one of them."""

from alistach.storage.refused import DataLocked, StorageFailed, StorageRefused


def test_a_refusal_carries_its_sentence() -> None:
    refusal = StorageRefused("The folder is gone: make it.")
    assert (refusal.sentence, str(refusal)) == ("The folder is gone: make it.", "The folder is gone: make it.")


def test_whoever_handles_refusals_handles_a_locked_folder() -> None:
    assert issubclass(DataLocked, StorageRefused)


def test_a_failure_while_running_is_not_a_refusal_to_start() -> None:
    assert not issubclass(StorageFailed, StorageRefused)
