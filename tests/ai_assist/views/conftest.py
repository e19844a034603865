from tests.desk.views.conftest import alan_htmx, alan_web, web_of  # noqa: F401 - fixtures
