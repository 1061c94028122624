"""What a sandbox can be told at its start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """The app that may call, the size and seed of the catalogue, and how strict the doors are."""

    app_key: str = "500001"
    # A published value that opens nothing but a sandbox.
    app_secret: str = "sandbox-secret-0123456789abcdef"  # noqa: S105
    seed: int = 1
    products: int = 20_000
    tracking_ids: tuple[str, ...] = ("default", "deals", "bot")
    tracking_id_prefixes: tuple[str, ...] = ("site",)
    accept_md5: bool = True
    accept_hmac: bool = True

    def knows_tracking_id(self, tracking_id: str) -> bool:
        """Whether the sandbox's publisher has registered `tracking_id`."""
        return tracking_id in self.tracking_ids or (
            bool(self.tracking_id_prefixes) and tracking_id.startswith(self.tracking_id_prefixes)
        )
