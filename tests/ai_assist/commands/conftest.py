from tests.api.conftest import rest  # noqa: F401 - a fixture
from tests.desk.views.conftest import web_of  # noqa: F401 - a fixture
