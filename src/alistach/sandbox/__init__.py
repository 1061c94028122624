"""An AliExpress Open Platform on the developer's machine, which checks calls as the real one does."""

from alistach.sandbox.faults import Fault
from alistach.sandbox.options import SandboxOptions
from alistach.sandbox.server import Sandbox

__all__ = ["Fault", "Sandbox", "SandboxOptions"]
