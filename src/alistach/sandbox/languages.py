"""Languages of titles and hosts."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_SUBDOMAINS: Final = "RU PT ES FR ID IT TH JA AR VI TR DE HE KO NL PL MX CL IN UK"
# From the language as callers write it, old spellings too, to the host of its pages.
HOSTS: Final = MappingProxyType(
    {"EN": "www.aliexpress.com", "IW": "he.aliexpress.com"}
    | {language: f"{language.lower()}.aliexpress.com" for language in _SUBDOMAINS.split()}
)
