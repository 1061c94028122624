"""Money: an exact amount with its currency, in main units as people write it or minor units as some wires do."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

# ISO 4217 exponents other than 2.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_EXPONENTS = {
    **dict.fromkeys(_NO_DECIMALS.split(" "), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


class Money(msgspec.Struct, frozen=True):
    """An amount in main units (`15.68`) of an ISO 4217 currency."""

    amount: Decimal
    currency: str


def exponent(currency: str) -> int:
    """How many decimal digits the minor unit of `currency` has (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """`amount` of main units as a whole number of minor units; raises ValueError when it has too many decimals."""
    try:
        scaled = amount.scaleb(exponent(currency))
    except InvalidOperation as error:
        raise ValueError(f"{amount} is not an amount of money") from error
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more than {exponent(currency)} decimals, which {currency} does not have")
    return int(scaled)
