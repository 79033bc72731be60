"""The scenarios, by the name that ``--only`` takes: each is a module with ``run``."""

from . import crm, facts, incremental, kill, peers, scaling, score, shared_scan, workers

MODULES = (crm, facts, incremental, kill, peers, scaling, score, shared_scan, workers)
RUN = {module.__name__.rpartition(".")[2]: module.run for module in MODULES}
