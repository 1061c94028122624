"""Prints the tests of kit and of the modules that the import contracts call pure: what `make check` has time for."""

import tomllib
from pathlib import Path

PURE_CONTRACT = "Pure modules stay pure"


def main() -> None:
    root = Path(__file__).parent.parent
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (pure,) = (contract["source_modules"] for contract in contracts if contract["name"] == PURE_CONTRACT)
    tests = [root / "tests" / "kit"]
    for module in pure:
        *folders, name = module.split(".")[1:]
        tests.extend(sorted(root.joinpath("tests", *folders).glob(f"test_{name}*.py")))
    for test in tests:
        if test.exists():
            print(test.relative_to(root))


if __name__ == "__main__":
    main()
