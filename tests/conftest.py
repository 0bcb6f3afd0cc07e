import covering
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the pages in tests/golden as they are now")
    parser.addoption("--whole", action="store_true", help="every combination, not only those in which each two meet")


def pytest_configure(config: pytest.Config) -> None:
    covering.whole = bool(config.getoption("--whole"))


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether the golden pages are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))
