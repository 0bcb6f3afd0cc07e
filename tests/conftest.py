import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the pages in tests/golden as they are now")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether the golden pages are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))
