"""Nouns without a domain: time, background work, money, secrets kept out of sight."""
