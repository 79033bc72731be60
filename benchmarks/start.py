"""Entry of ``./dev bench``: started by Odoo's Python with one JSON argument.

It brings up Odoo without serving, loads the addon's registry and hands over.
"""

import json
import sys


def main():
    """Start Odoo and carry out what the argument asks for."""
    request = json.loads(sys.argv[1])
    from odoo.modules.registry import Registry
    from odoo.tools import config

    arguments = ["-d", request["database"], "--no-http", "--log-level=warn"]
    config.parse_config(arguments, setup_logging=True)
    # the registry first: it decides the order in which addons are imported
    Registry(request["database"])
    from odoo.addons.customer_performance.benchmarks.commands import COMMANDS

    return COMMANDS[request["command"]](request)


if __name__ == "__main__":
    sys.exit(main())
