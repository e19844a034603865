"""Abuse cases that have nothing to try yet, with the reason."""

_INTAKE = "Mail is only sent so far; the intake of mail brings these with it."
_HOOKS = "There are no webhooks yet; what workflows call is tested as SSRF-01 to SSRF-03."
_OPERATION = "Not a request but an outage: tests/reliability and benchmarks try it, or a later stage will."

LATER: dict[str, str] = {
    "LEAK-09": _HOOKS,
    "XSS-01": _INTAKE,
    "SSRF-05": "There is no page that tries a mail account; mail is set by environment variables.",
    **dict.fromkeys(("MAIL-02", "MAIL-03", "MAIL-04", "MAIL-05", "MAIL-06", "MAIL-07"), _INTAKE),
    **dict.fromkeys(("MAIL-08", "MAIL-09", "MAIL-10", "MAIL-11", "MAIL-14", "MAIL-15"), _INTAKE),
    "AUTH-12": "There is no second factor yet.",
    "HOOK-01": _HOOKS,
    "HOOK-02": _HOOKS,
    **dict.fromkeys(
        ("REL-01", "REL-02", "REL-04", "REL-05", "REL-06", "REL-07", "REL-08", "REL-09", "REL-10"), _OPERATION
    ),
}
