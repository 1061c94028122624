"""What the text of a setting may be: each kind says what is allowed and turns an allowed text into a value."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import SplitResult, urlsplit

from alistach.kit.redact import Secret
from alistach.settings import strength


@dataclass(frozen=True, slots=True)
class Kind:
    """`allowed` ends a sentence ("must be ..."); `read` raises ValueError, with a reason where there is one."""

    allowed: str
    read: Callable[[str], object]


def whole(least: int, most: int) -> Kind:
    """A whole number of a range, in plain digits."""

    def read(text: str) -> int:
        # int() would also take 1_000, signs and the digits of other scripts.
        if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return Kind(f"a whole number from {least} to {most}", read)


def number(least: float, most: float) -> Kind:
    """A decimal number of a range."""

    def read(text: str) -> float:
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) or not least <= float(text) <= most:
            raise ValueError
        return float(text)

    return Kind(f"a number from {least:g} to {most:g}", read)


def choice(*words: str) -> Kind:
    """One of a few words, in any case."""

    def read(text: str) -> str:
        if text.upper() not in words:
            raise ValueError
        return text.upper()

    return Kind(f"one of {', '.join(words)}", read)


_FLAGS: Final[Mapping[str, bool]] = MappingProxyType(
    {**dict.fromkeys(("true", "yes", "on", "1"), True), **dict.fromkeys(("false", "no", "off", "0"), False)}
)


_LANGUAGES: Final = "EN RU PT ES FR ID IT TH JA AR VI TR DE HE KO NL PL MX CL IN"


def _flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError
    return _FLAGS[text.lower()]


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ValueError
    return text.upper()


def _host(text: str) -> str:
    if ":" in text:
        return _ipv6(text)
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,253}", text):
        raise ValueError
    return text.lower()


def _ipv6(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError as error:
        raise ValueError from error


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_host(part) for part in _parts(text)))


def _word(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,128}", text):
        raise ValueError
    return text


def _folder(text: str) -> Path:
    if text.startswith("~"):
        raise ValueError('"~" is not understood here')
    return Path(text)


def _secret(text: str) -> Secret:
    if not re.fullmatch(r"[!-~]{1,512}", text):
        raise ValueError
    return Secret(text)


def _strong_secret(text: str) -> Secret:
    secret = _secret(text)
    if (weakness := strength.weakness(text)) is not None:
        raise ValueError(weakness)
    return secret


_DEFAULT_PORTS: Final[Mapping[str, str]] = MappingProxyType({"http": "80", "https": "443"})


def _origin(text: str) -> str:
    found = re.fullmatch(r"([a-z][a-z0-9+.-]*)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", text.lower())
    if found is None or int(found[3] or 0) > 65535:
        raise ValueError(f'"{text}" is not an exact origin')
    scheme, host, port = found.groups()
    # A browser never sends its scheme's default port, so an origin written with it would match nothing.
    return f"{scheme}://{host}" if port in {None, _DEFAULT_PORTS.get(scheme)} else f"{scheme}://{host}:{int(port)}"


def _origins(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_origin(part) for part in _parts(text)))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def split_url(text: str) -> SplitResult:
    """`text` as an http or https address with a host and neither user, query nor fragment; else ValueError."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        raise ValueError("its host or port cannot be read") from error
    if url.scheme not in {"http", "https"} or not url.hostname or port == 0:
        raise ValueError
    if "@" in url.netloc:
        raise ValueError("it has a user name or password in it")
    if "?" in text or "#" in text:
        raise ValueError("it has a query or a fragment")
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("it has a space or a character outside ASCII in it")
    return url


def _base_url(text: str) -> str:
    url = split_url(text)
    return f"{url.scheme}://{url.netloc.lower()}{url.path.rstrip('/')}"


def _platform_url(text: str) -> str:
    return re.sub(r"(?<=[^/:])/+(sync|rest)$", "", _base_url(text))


FLAG: Final = Kind("true or false (also yes/no, on/off, 1/0)", _flag)
CURRENCY: Final = Kind("a currency code of three letters, such as USD", _currency)
LANGUAGE: Final = choice(*_LANGUAGES.split())
HOST: Final = Kind("an IP address or a host name, without scheme and port", _host)
HOSTS: Final = Kind("host names separated by commas, without scheme, port and wildcards", _hosts)
WORD: Final = Kind("1 to 128 letters, digits, dots, hyphens or underscores", _word)
FOLDER: Final = Kind("a folder, in full or as seen from where the service is started", _folder)
SECRET: Final = Kind("up to 512 printable ASCII characters without spaces", _secret)
STRONG_SECRET: Final = Kind(
    f"{strength.LEAST_LENGTH} to 512 printable ASCII characters without spaces, made at random", _strong_secret
)
ORIGINS: Final = Kind(
    'origins separated by commas, each exactly "scheme://host" or "scheme://host:port": no path, no "*", no "null"',
    _origins,
)
BASE_URL: Final = Kind("an http or https address without user name, query and fragment", _base_url)
PLATFORM_URL: Final = Kind("the platform's root, an http or https address without user name and query", _platform_url)
