"""Verify codes: enough bits, forgiving to hands and eyes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdt.consensus.codes import ALPHABET, LENGTH, new_verify_code, parse_verify_code


def test_a_code_has_eighty_bits_in_groups_of_four() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert LENGTH * 5 >= 80
    codes = {new_verify_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 19 and code.split("-") for code in codes)
    assert set("".join(codes)) - {"-"} == set(ALPHABET)


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_every_code_is_read_back(symbols: str) -> None:
    code = parse_verify_code(symbols)
    assert code is not None
    assert code.replace("-", "") == symbols
    assert parse_verify_code(code) == code


@pytest.mark.parametrize(
    "typed",
    [
        "7k4m-qx2p-9d3r-v0z1",
        " 7K4MQX2P9D3RV0Z1\n",
        "7K4M QX2P 9D3R VOZI",
        "7K4M–QX2P—9D3R-VoZl",
        "７Ｋ４Ｍ－ＱＸ２Ｐ－９Ｄ３Ｒ－Ｖ０Ｚ１",
    ],
)
def test_confusable_spellings_are_one_code(typed: str) -> None:
    assert parse_verify_code(typed) == "7K4M-QX2P-9D3R-V0Z1"


@pytest.mark.parametrize("typed", ["", "7K4M", "7K4M-QX2P-9D3R-V0ZU", "7K4M-QX2P-9D3R-V0Z12", "ß"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert parse_verify_code(typed) is None


@given(st.text())
def test_any_text_gets_an_answer(typed: str) -> None:
    code = parse_verify_code(typed)
    assert code is None or parse_verify_code(code) == code
