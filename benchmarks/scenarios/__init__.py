"""The scenarios, by the name that ``--only`` takes: each is a module with ``run``."""

from . import peers, shared_scan

RUN = {module.__name__.rpartition(".")[2]: module.run for module in (peers, shared_scan)}
