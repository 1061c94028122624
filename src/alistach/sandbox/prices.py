"""Prices in every currency, by a table of rates that never moves: whole minor units and integer arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from alistach.kit.money import exponent

# Millionths of a unit for one US dollar.
RATES: Final = MappingProxyType(
    {
        "AED": 3_672_500,
        "AUD": 1_520_000,
        "BRL": 5_400_000,
        "CAD": 1_370_000,
        "CHF": 800_000,
        "CLP": 950_000_000,
        "CNY": 7_120_000,
        "CZK": 21_200_000,
        "DKK": 6_420_000,
        "EUR": 860_000,
        "GBP": 745_000,
        "HKD": 7_790_000,
        "HUF": 342_000_000,
        "IDR": 16_300_000_000,
        "ILS": 3_350_000,
        "INR": 87_500_000,
        "JPY": 147_000_000,
        "KRW": 1_390_000_000,
        "MAD": 9_050_000,
        "MXN": 18_700_000,
        "NGN": 1_530_000_000,
        "NOK": 10_200_000,
        "NZD": 1_690_000,
        "PEN": 3_550_000,
        "PHP": 57_000_000,
        "PLN": 3_660_000,
        "RON": 4_350_000,
        "RUB": 80_500_000,
        "SAR": 3_750_000,
        "SEK": 9_550_000,
        "SGD": 1_285_000,
        "THB": 32_400_000,
        "TRY": 40_900_000,
        "UAH": 41_400_000,
        "USD": 1_000_000,
        "VND": 26_200_000_000,
        "ZAR": 17_700_000,
    }
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Minor units of one currency into those of another, the half rounded up."""

    numerator: int
    denominator: int

    @classmethod
    def between(cls, source: str, target: str) -> Conversion:
        """The conversion from `source` into `target`, both of which the table must know."""
        return cls(
            numerator=RATES[target] * _scale(target),
            denominator=RATES[source] * _scale(source),
        )

    def __call__(self, minor: int) -> int:
        return (2 * minor * self.numerator + self.denominator) // (2 * self.denominator)


def _scale(currency: str) -> int:
    return int(10 ** exponent(currency))


def write(minor: int, currency: str) -> str:
    """An amount as the platform writes it: `15.68`, and `1568` where the currency has no decimals."""
    scale = _scale(currency)
    if scale == 1:
        return str(minor)
    return f"{minor // scale}.{minor % scale:0{exponent(currency)}d}"
