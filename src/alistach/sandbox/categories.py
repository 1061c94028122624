"""The category tree: two levels, with the platform's own names and numbers where those are known."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Category:
    """One node; a root has no parent."""

    number: int
    name: str
    parent: int | None = None


def _tree() -> tuple[Category, ...]:
    nodes: list[Category] = []
    for line in _TREE.strip().splitlines():
        root, _, children = line.partition(":")
        number, name = _node(root)
        nodes.append(Category(number, name))
        nodes.extend(Category(*_node(child), parent=number) for child in children.split(";") if child.strip())
    return tuple(nodes)


def _node(text: str) -> tuple[int, str]:
    number, _, name = text.strip().partition(" ")
    return int(number), name


_TREE: Final = """
2 Food: 200180142 Grocery; 200002426 Coffee; 200002427 Tea
3 Apparel & Accessories: 200003274 Sportswears; 200000298 Hats & Caps; 200000394 Socks
6 Home Appliances: 100000041 Kitchen Appliances; 100000039 Cleaning Appliances; 100000038 Personal Care Appliances
7 Computer & Office: 702 Laptops; 200001086 Tablets; 200001081 Computer Peripherals; 200001076 External Storage; 200001083 Demo Boards & Accessories
13 Home Improvement: 200003210 Hardware; 100006479 Bathroom Fixtures; 200003233 Kitchen Fixtures
15 Home & Garden: 100006664 Pet Products; 405 Home Textile; 125 Garden Supplies; 3710 Home Decor; 200154001 Kitchen, Dining & Bar; 1541 Home Storage & Organization
18 Sports & Entertainment: 100005433 Camping & Hiking; 100005529 Fishing; 200003500 Cycling; 200001095 Fitness & Body Building
21 Office & School Supplies: 211106 Desk Accessories & Organizer; 2202 School Supplies; 100003809 Printing Supplies
26 Toys & Hobbies: 200001388 Puzzles & Games; 200002639 Remote Control Toys; 200001385 Novelty & Gag Toys
30 Security & Protection: 200004305 Video Surveillance; 3007 Access Control
34 Automobiles & Motorcycles: 200000191 Interior Accessories; 200003226 Car Electronics; 200000171 Car Repair Tools
36 Jewelry & Accessories: 200000109 Necklaces & Pendants; 200000100 Rings; 200000139 Earrings
39 Lights & Lighting: 390501 LED Lighting; 150402 Lamps & Shades; 1504 Indoor Lighting
44 Consumer Electronics: 629 Accessories & Parts; 100000305 Camera & Photo; 200084019 Smart Electronics; 63705 Earphones & Headphones; 200002396 Home Audio & Video; 200084021 Portable Audio & Video
66 Beauty & Health: 200001168 Nails Art & Tools; 200001147 Makeup; 200001118 Hair Care & Styling
200000297 Apparel Accessories: 200000305 Eyewear & Accessories; 200000306 Belts
200000343 Men's Clothing: 200000707 Tops & Tees; 200000668 Jackets & Coats
200000345 Women's Clothing: 200003482 Dresses; 200000346 Women Tops
322 Shoes: 200002161 Women's Shoes; 200002136 Men's Shoes
502 Electronic Components & Supplies: 4001 Active Components; 150412 Electronic Accessories; 4004 Motors
509 Phones & Telecommunications: 200084017 Mobile Phone Accessories; 200126001 Phone Bags & Cases; 5090301 Mobile Phones
1420 Tools: 142003 Hand Tools; 1417 Measurement & Analysis Instruments; 142016 Welding Equipment; 1428 Machinery & 3D Printing
1501 Mother & Kids: 200000500 Baby Care; 200000567 Feeding
1503 Furniture: 150303 Home Furniture; 150304 Office Furniture
1511 Watches: 200000121 Watches Accessories; 200214006 Digital Watches
1524 Luggage & Bags: 152401 Backpacks; 152404 Wallets & Holders; 380230 Travel Bags
"""  # noqa: E501

CATEGORIES: Final = _tree()
BY_NUMBER: Final = MappingProxyType({category.number: category for category in CATEGORIES})
