"""The admin key of the first start: made once, and kept in `.env` for its owner alone."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from alistach.kit.redact import Secret
from alistach.settings import dotenv
from alistach.settings.load import Loaded, SettingsError

_NAME: Final = "ADMIN_API_KEY"
_OTHERS: Final = 0o077


def ensure_admin_key(loaded: Loaded, env_file: Path, token: Callable[[], str]) -> tuple[Secret, bool]:
    """The admin key, and whether it was made now; a made one is in `env_file` before this returns."""
    if loaded.settings.admin_api_key is not None:
        return loaded.settings.admin_api_key, False
    made = token()
    target = env_file.resolve()  # A rename onto a link would replace the link and leave the file it names behind.
    try:
        before, mode = _present(target)
        _replace(target, _with_key(before, made), mode & ~_OTHERS)
    except OSError as error:
        problem = f"{env_file} cannot be written ({error.strerror}), so no admin key can be kept; set {_NAME} yourself."
        raise SettingsError((problem,)) from error
    return Secret(made), True


def _present(target: Path) -> tuple[bytes, int]:
    try:
        before, mode = target.read_bytes(), target.stat().st_mode & 0o777
    except FileNotFoundError:
        return b"", 0o600
    if not mode & stat.S_IWUSR:
        # A rename would get past this, but whoever made the file read-only meant it.
        raise PermissionError(errno.EACCES, "it is read-only")
    return before, mode


def _with_key(before: bytes, key: str) -> bytes:
    """`before` with the key on a line of its own: in place of an empty assignment, which a second would contradict."""
    end = b"\r\n" if b"\r\n" in before else b"\n"
    assignment = f"{_NAME}={key}".encode("ascii")
    for entry in dotenv.parse(before).entries:
        if entry.name == _NAME:
            lines = before.split(b"\n")
            lines[entry.line - 1] = assignment + (b"\r" if lines[entry.line - 1].endswith(b"\r") else b"")
            return b"\n".join(lines)
    gap = end if before and not before.endswith(b"\n") else b""
    return before + gap + assignment + end


def _replace(target: Path, content: bytes, mode: int) -> None:
    """All or nothing: a crash half-way leaves the old file, and at no moment can others read the new one."""
    fresh = target.with_name(f"{target.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(target)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
