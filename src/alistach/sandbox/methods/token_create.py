"""/auth/token/create: an authorisation code for a token; the sandbox has issued none, so none is valid."""

from __future__ import annotations

from alistach.sandbox.envelope import Result
from alistach.sandbox.methods.call import Call
from alistach.sandbox.refusals import INVALID_CODE, Refused


async def create_token(call: Call) -> Result:
    """Refuse the code."""
    call.parameters.required("code")
    raise Refused(INVALID_CODE)
