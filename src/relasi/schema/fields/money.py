"""Amounts in the currency of the project, or in one of several."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar, Self

from babel import Locale
from babel.core import get_global
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol
from pydantic import PrivateAttr

from relasi.schema.expressions import types
from relasi.schema.fields.base import Group, Reading, Showing, Surroundings, Value, ValueProblem, quoted
from relasi.schema.fields.decimal import Quantity
from relasi.schema.fields.notation.numbers import read_number
from relasi.schema.labels import label_of
from relasi.texts import LANGUAGES, say


class MoneyField(Quantity):
    """The currency and its number of places come from crm.yaml.

    Where there is a choice of currencies, the amount by itself is a plain number: amounts of different
    currencies cannot be compared, only their values in that of the project.
    """

    name: ClassVar[str] = "money"
    summary: ClassVar[str] = (
        "An amount in the currency of the project. With `currencies`, `cost` brings two more fields: "
        "`cost_currency`, and `cost_base`, its value in the currency of the project by the `rates` in "
        "crm.yaml."
    )

    currencies: list[str] = []
    """The currencies that the amount may be in, as ISO 4217 codes: `[IDR, USD]`."""

    _currency: str = PrivateAttr(default="")
    _places: int = PrivateAttr(default=2)

    def connect(self, around: Surroundings) -> Self:
        resolved = super().connect(around).model_copy()
        resolved._currency = around.currency
        resolved._places = max(map(get_currency_precision, (around.currency, *self.currencies)))
        return resolved

    def group(self, name: str, around: Surroundings) -> Group | None:
        if not self.currencies:
            return None
        worth = {around.currency: Decimal(1), **around.rates}
        for index, code in enumerate(self.currencies):
            if code not in worth:
                message = f'there is no rate for "{code}"'
                help = f"add it to config/crm.yaml: what 1 {code} is worth in {around.currency}"
                around.problem(("currencies", index), "missing-rate", message, help=help)
        currency, base = f"{name}_currency", f"{name}_base"
        usual = around.currency if around.currency in self.currencies else self.currencies[0]
        chosen: dict[str, Any] = {  # Any: plain values of YAML
            "type": "choice",
            "options": {code.lower(): code for code in self.currencies},
            "default": usual.lower(),
            "required_when": f"{name} is not empty",
            "label": self._beside(name, "currency", around),
        }
        rate = "null"
        for code in self.currencies:
            rate = f"if({currency} = {code.lower()}, {worth.get(code, 0)}, {rate})"
        value = f"{name} * {rate}"
        label = self._beside(name, "base", around)
        made = {"type": "formula", "value": value, "gives": "money", "label": label}
        written = self.model_dump(exclude_unset=True)
        return Group(
            fields=MappingProxyType({name: written, currency: chosen, base: made}),
            rows=((name, currency),),
            columns=(name, currency),
            lines=partial(_lines, name, around.currency.lower()),
        )

    def _beside(self, name: str, part: str, around: Surroundings) -> dict[str, str]:
        own = label_of(self.label, name, around.languages)
        words = {each: say(each, f"parts.{part}", currency=around.currency) for each in around.languages}
        return {each: f"{own[each]}, {words[each]}" for each in around.languages}

    def scale(self) -> int:
        return self._places

    def expression_type(self) -> types.Type:
        return types.Number("number" if self.currencies else "money", self._places)

    def parse(self, text: str, reading: Reading) -> Value:
        """Also takes the currency's own code or sign, before or after, and the ",-" of round amounts.

        Another currency is refused: an amount is never converted silently.
        """
        if self.currencies:
            return self.accept(read_number(text, reading.locale))
        match = _AMOUNT.fullmatch(text)
        signs = _signs(self._currency, reading.locale)
        if match is None or not {match["before"].casefold(), match["after"].casefold()} <= signs:
            raise ValueProblem("not_money", value=quoted(text), currency=self._currency)
        return self.accept(read_number(match["sign"] + match["number"], reading.locale))

    def show(self, value: Value, showing: Showing) -> str:
        if self.currencies:
            pattern = f"#,##0.{'0' * self._places}" if value % 1 else "#,##0"
            return format_decimal(value, pattern, locale=showing.locale)
        return _in_currency(value, showing.currency, showing.locale)

    def hint(self, showing: Showing) -> str | None:
        return None if self.currencies else showing.currency


def _in_currency(amount: Decimal, currency: str, locale: Locale) -> str:
    """Without decimals where they are zero and nobody pays with coins that small (rupiah), and with a space
    behind a sign that is a word."""
    fractions = get_global("currency_fractions")
    _, _, cash_places, _ = fractions.get(currency, fractions["DEFAULT"])
    whole = cash_places == 0 and amount % 1 == 0
    pattern = locale.currency_formats["standard"].pattern
    if whole:
        pattern = re.sub(r"\.0+", "", pattern)
    if get_currency_symbol(currency, locale) == currency:
        pattern = re.sub("¤(?=[#0])", "¤\N{NO-BREAK SPACE}", pattern)
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=not whole)


def _lines(name: str, usual: str, values: Mapping[str, Value], texts: Mapping[str, str]) -> list[str]:
    """The amount with its currency, and what it is worth where that is another one."""
    currency, base = f"{name}_currency", f"{name}_base"
    if name not in texts:
        return []
    amount = f"{texts.get(currency, '')} {texts[name]}".strip()
    return [amount] if values.get(currency) == usual or base not in texts else [amount, texts[base]]


_AMOUNT = re.compile(
    r"(?P<sign>[-+\u2212]?)\s*(?P<before>[^\W\d_]*[^\w\s.,+\u2212-]?)\.?\s*"
    r"(?P<number>[-\u2212]?[0-9.,]*[0-9])(?:,-{1,2})?\s*(?P<after>[^\W\d_]*[^\w\s.,+\u2212-]?)"
)


def _signs(currency: str, locale: Locale) -> set[str]:
    """What may stand beside a number, in lower case; nothing at all is fine too."""
    written = {get_currency_symbol(currency, each) for each in (locale, *LANGUAGES)} if currency else set()
    return {"", currency.casefold(), *(sign.casefold() for sign in written)}
