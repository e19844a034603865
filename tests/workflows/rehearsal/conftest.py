import pytest

from tests.workflows.rehearsal.history import make_history


@pytest.fixture
def history(rita, alan, sven, it):
    return make_history(rita, alan, sven, it)
