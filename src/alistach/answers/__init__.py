"""Answer without calling: what is known, how fresh it is, and how one call serves many askers."""
