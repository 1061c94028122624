"""The methods of the platform: one module each, one row each in `table`."""
