"""Benchmarks: `python -m bench [name …]`. Each module has `run() -> list[Row]`."""
