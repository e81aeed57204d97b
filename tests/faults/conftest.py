"""The fixtures of the fault tests: the workers' module needs settings to be imported."""

from tests.workers.conftest import workers_app

__all__ = ["workers_app"]
