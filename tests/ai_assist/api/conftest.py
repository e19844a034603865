from tests.api.conftest import rest  # noqa: F401 - a fixture
