"""Ban memory, quota ledger, facts about the record."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "bans",
        sa.Column("app_key", sa.String(16), primary_key=True),
        sa.Column("banned_until", sa.Double, nullable=False),
        sa.Column("pace", sa.Double, nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
    )
    op.create_table(
        "calls",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("app_key", sa.String(16), primary_key=True),
        sa.Column("method", sa.String(200), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_sent", sa.Double, nullable=False),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
