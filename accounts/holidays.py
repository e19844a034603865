"""Public holidays by region, from the package `holidays`, which is loaded when the first region asks for it."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COUNTRIES: dict[str, str | Promise] = {
    "DE": _("Germany"),
    "AT": _("Austria"),
    "CH": _("Switzerland"),
    "BE": _("Belgium"),
    "CZ": _("Czechia"),
    "DK": _("Denmark"),
    "ES": _("Spain"),
    "FI": _("Finland"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "IT": _("Italy"),
    "LI": _("Liechtenstein"),
    "LU": _("Luxembourg"),
    "NL": _("Netherlands"),
    "NO": _("Norway"),
    "PL": _("Poland"),
    "PT": _("Portugal"),
    "SE": _("Sweden"),
    "US": _("United States"),
}
# Those whose parts have days of their own and are offered one by one; AT's numbers are its Länder by alphabet.
PARTS: dict[str, dict[str, str]] = {
    "DE": {
        "BW": "Baden-Württemberg", "BY": "Bayern", "BE": "Berlin", "BB": "Brandenburg", "HB": "Bremen",
        "HH": "Hamburg", "HE": "Hessen", "MV": "Mecklenburg-Vorpommern", "NI": "Niedersachsen",
        "NW": "Nordrhein-Westfalen", "RP": "Rheinland-Pfalz", "SL": "Saarland", "SN": "Sachsen",
        "ST": "Sachsen-Anhalt", "SH": "Schleswig-Holstein", "TH": "Thüringen",
    },
    "AT": {
        "1": "Burgenland", "2": "Kärnten", "3": "Niederösterreich", "4": "Oberösterreich", "5": "Salzburg",
        "6": "Steiermark", "7": "Tirol", "8": "Vorarlberg", "9": "Wien",
    },
    "CH": {
        "AG": "Aargau", "AI": "Appenzell Innerrhoden", "AR": "Appenzell Ausserrhoden", "BE": "Bern",
        "BL": "Basel-Landschaft", "BS": "Basel-Stadt", "FR": "Fribourg", "GE": "Genève", "GL": "Glarus",
        "GR": "Graubünden", "JU": "Jura", "LU": "Luzern", "NE": "Neuchâtel", "NW": "Nidwalden", "OW": "Obwalden",
        "SG": "St. Gallen", "SH": "Schaffhausen", "SO": "Solothurn", "SZ": "Schwyz", "TG": "Thurgau", "TI": "Ticino",
        "UR": "Uri", "VD": "Vaud", "VS": "Valais", "ZG": "Zug", "ZH": "Zürich",
    },
}  # fmt: skip


def is_region(code: str) -> bool:
    """Whether holidays are known there."""
    country, dash, part = code.partition("-")
    return country in COUNTRIES and (not dash or part in PARTS.get(country, {}))


def label(code: str) -> str:
    """Germany, Nordrhein-Westfalen."""
    country, _dash, part = code.partition("-")
    name = str(COUNTRIES.get(country, code))
    return f"{name}, {PARTS[country][part]}" if part and part in PARTS.get(country, {}) else name


def choices() -> list[tuple[str, str]]:
    """Every region, the parts behind their country."""
    found = []
    for country in COUNTRIES:
        codes = [country, *(f"{country}-{part}" for part in PARTS.get(country, {}))]
        found += [(code, label(code)) for code in codes]
    return found


@lru_cache(maxsize=512)
def in_year(code: str, year: int) -> Mapping[date, dict[str, str]]:
    """The holidays of one year with their names in both languages; none for an unknown region."""
    if not is_region(code):
        return {}
    import holidays

    country, _dash, part = code.partition("-")
    german = _names(holidays, country, part, year, ("de", None))
    english = _names(holidays, country, part, year, ("en_US", "en_GB", None))
    return {day: {"de": german.get(day, ""), "en": english.get(day, "")} for day in sorted({*german, *english})}


def _names(package: Any, country: str, part: str, year: int, languages: tuple[str | None, ...]) -> dict[date, str]:
    known = getattr(package, country).supported_languages
    language = next((one for one in languages if one is None or one in known), None)
    return dict(package.country_holidays(country, subdiv=part or None, years=year, language=language))


class RegionDays(Mapping[date, Any]):
    """The holidays of a region as one mapping over all years; a year is computed when a date of it is asked for."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __getitem__(self, day: date) -> Any:
        return in_year(self.code, day.year)[day]

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in in_year(self.code, day.year)

    def __iter__(self) -> Iterator[date]:
        raise TypeError("holidays have no end")

    def __len__(self) -> int:
        raise TypeError("holidays have no end")

    def __bool__(self) -> bool:
        return bool(self.code)
