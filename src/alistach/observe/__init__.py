"""Beside the flow: what is made of finished exchanges."""
