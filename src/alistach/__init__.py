"""alistach: a service between applications and the AliExpress affiliate API, and the client it is built on."""

__version__ = "0.1.0"
