"""One file a step; the newest revision is `SCHEMA` in `storage/database.py`."""
