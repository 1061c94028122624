"""What storage cannot do, as one sentence that tells an operator what to do about it."""

from __future__ import annotations


class StorageRefused(Exception):
    """A file or folder cannot be used as it is, so the service does not start."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class DataLocked(StorageRefused):
    """Another process uses the data folder."""


class StorageFailed(Exception):
    """A running service could not read or write a file; what was asked for is not done."""
