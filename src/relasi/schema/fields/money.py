"""Amounts in the currency of the project."""

from __future__ import annotations

import re
from typing import ClassVar, Self

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from pydantic import PrivateAttr

from relasi.schema.expressions import types
from relasi.schema.fields.base import Reading, Showing, Surroundings, Value, ValueProblem, quoted
from relasi.schema.fields.decimal import Quantity
from relasi.schema.fields.notation.numbers import read_number
from relasi.texts import LANGUAGES


class MoneyField(Quantity):
    """The currency and its number of places come from crm.yaml."""

    name: ClassVar[str] = "money"
    summary: ClassVar[str] = "An amount in the currency of the project."

    _currency: str = PrivateAttr(default="")
    _places: int = PrivateAttr(default=2)

    def connect(self, around: Surroundings) -> Self:
        resolved = super().connect(around).model_copy()
        resolved._currency = around.currency
        resolved._places = get_currency_precision(around.currency)
        return resolved

    def scale(self) -> int:
        return self._places

    def expression_type(self) -> types.Type:
        return types.Number("money", self._places)

    def parse(self, text: str, reading: Reading) -> Value:
        """Also takes the currency's own code or sign, before or after, and the ",-" of round amounts.

        Another currency is refused: an amount is never converted silently.
        """
        match = _AMOUNT.fullmatch(text)
        signs = _signs(self._currency, reading.locale)
        if match is None or not {match["before"].casefold(), match["after"].casefold()} <= signs:
            raise ValueProblem("not_money", value=quoted(text), currency=self._currency)
        return self.accept(read_number(match["sign"] + match["number"], reading.locale))

    def show(self, value: Value, showing: Showing) -> str:
        return format_currency(value, showing.currency, locale=showing.locale)


_AMOUNT = re.compile(
    r"(?P<sign>[-+\u2212]?)\s*(?P<before>[^\W\d_]*[^\w\s.,+\u2212-]?)\.?\s*"
    r"(?P<number>[-\u2212]?[0-9.,]*[0-9])(?:,-{1,2})?\s*(?P<after>[^\W\d_]*[^\w\s.,+\u2212-]?)"
)


def _signs(currency: str, locale: Locale) -> set[str]:
    """What may stand beside a number, in lower case; nothing at all is fine too."""
    written = {get_currency_symbol(currency, each) for each in (locale, *LANGUAGES)} if currency else set()
    return {"", currency.casefold(), *(sign.casefold() for sign in written)}
