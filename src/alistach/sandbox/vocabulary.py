"""The words that titles are made of: what is sold, how it is praised, whom it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of thing sold: its name, second-level category, price range in US cents, and usual specifications."""

    name: str
    category: int
    cheapest: int
    dearest: int
    specifications: tuple[str, ...]


_POWER: Final = (
    "65W Fast Charging",
    "Type C",
    "5000mAh",
    "Bluetooth 5.3",
    "HD 1080P",
    "IPX7",
    "USB Rechargeable",
    "2.4G",
)
_HOME: Final = ("Non-Slip", "2 Pack", "Adjustable", "Washable", "Heavy Duty", "Thickened", "Multifunctional", "Silent")
_STYLE: Final = ("Vintage", "Boho", "Luxury", "Fashion", "Punk", "Handmade", "Minimalist", "Y2K")
_TOOLS: Final = ("High Precision", "12 in 1", "Professional", "High Torque", "DIY Kit", "Digital Display", "12V 24V")


def _nouns(text: str, specifications: tuple[str, ...]) -> tuple[Noun, ...]:
    rows = (line.split("|") for line in text.strip().splitlines())
    return tuple(Noun(name, int(category), int(low), int(high), specifications) for name, category, low, high in rows)


# Neighbours are named in each other's titles, so related things stand together.
NOUNS: Final = (
    *_nouns(
        """
Phone Case|200126001|99|1499
USB Cable|200084017|89|1299
Wireless Earbuds|63705|399|5999
Smart Watch|200084019|899|8999
Car Charger|200003226|199|2499
Power Bank|200084017|599|5999
Screen Protector|200084017|79|899
Bluetooth Speaker|200084021|599|7999
Solar Panel|629|699|9999
Projector|200002396|2999|19999
Webcam|200001081|499|5999
Microphone|200002396|299|7999
Tripod|100000305|299|4999
Drone|200002639|1299|24999
SSD Enclosure|200001076|499|3499
Mechanical Keyboard|200001081|1299|9999
Mouse Pad|200001081|149|1999
Raspberry Pi Case|200001083|199|2499
LED Strip|390501|149|3999
Desk Lamp|150402|399|5999
Bike Light|200003500|199|2999
Nail Lamp|200001168|499|3999
Hair Dryer|200001118|899|9999
""",
        _POWER,
    ),
    *_nouns(
        """
Air Fryer Liner|200154001|99|1499
Kitchen Scale|200154001|399|2499
Water Bottle|200154001|199|2999
Coffee Grinder|100000041|899|6999
Robot Vacuum Filter|100000039|149|2499
Curtain|405|299|4999
Rug|405|399|9999
Wall Sticker|3710|79|1499
Clock|3710|299|5999
Storage Box|1541|199|3999
Garden Hose|125|299|4999
Cat Toy|100006664|79|1499
Dog Leash|100006664|149|2499
Puzzle|200001388|199|3999
Yoga Mat|200001095|499|4999
Fishing Reel|100005529|499|7999
Tent|100005433|999|14999
Backpack|152401|599|7999
""",
        _HOME,
    ),
    *_nouns(
        """
Wallet|152404|199|3999
Sunglasses|200000305|149|2999
Necklace|200000109|79|2999
Ring|200000100|59|2499
Earrings|200000139|59|1999
Makeup Brush|200001147|99|1999
Watch Strap|200000121|99|1999
T-Shirt|200000707|299|2499
Dress|200003482|499|4999
Socks|200000394|99|1299
""",
        _STYLE,
    ),
    *_nouns(
        """
Screwdriver Set|142003|299|4999
Solder Iron Station|142016|399|5999
Multimeter|1417|499|6999
Oscilloscope Probe|1417|399|3999
Arduino Kit|200001083|699|5999
Stepper Motor|4004|399|4999
3D Printer Nozzle|1428|79|1999
Drill Bit|142003|99|2999
""",
        _TOOLS,
    ),
)

ADJECTIVES: Final = (
    "Mini", "Portable", "Waterproof", "RGB", "Magnetic", "Foldable", "Wireless", "Cheap", "Large", "Steel",
    "Silicone", "Smart", "Durable", "Universal", "Lightweight", "Retro", "Soft", "Ultra Thin",
)  # fmt: skip
AUDIENCES: Final = ("for Kids", "for Men", "for Women", "for Men Women", "for Home Office", "for Travel", "for Gift")
COLOURS: Final = ("Black", "White", "Black", "White", "Blue", "Red", "Green", "Pink", "Grey", "Transparent")
OPENERS: Final = ("", "", "", "New ", "2026 New ", "Original ", "Upgraded ", "1/2/5Pcs ", "10pcs ", "Hot Sale ")
MAKERS: Final = (
    "Veltaro",
    "KUUMIX",
    "Ostrana",
    "TIMVERO",
    "Lumiqo",
    "HANDEO",
    "Brisko",
    "NORDLY",
    "Pixelane",
    "Q&amp;T",
)
