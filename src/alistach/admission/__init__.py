"""Admission: who is asking, whether they may, and how fast."""
