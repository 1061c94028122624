"""How the record's schema came to be, step by step; Alembic runs what is missing."""
