"""Finished exchanges, as the web stage would have made them."""

from __future__ import annotations

from typing import Any

from alistach.observe.exchange import Exchange

# 2026-11-23T08:00:00Z
AT = 1_795_420_800.0


def exchange(**members: Any) -> Exchange:
    """An ordinary answer, but for these members."""
    given: dict[str, Any] = {
        "at": AT,
        "request_id": "qmxwzplkvbtr",
        "method": "GET",
        "target": "/api/products/search?keywords=usb",
        "address": "127.0.0.1",
        "started": 5.0,
        "caller": "anonymous",
        "operation": "search",
        "status": 200,
        "cache": "hit",
        "seconds": 0.00043,
        "body_bytes": 24_700,
    }
    return Exchange(**{**given, **members})
