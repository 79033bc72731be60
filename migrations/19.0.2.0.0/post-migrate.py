"""What was measured before versions existed was measured under the present one."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """After the new models are set up."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    units = env["performance.measurement"].search([("measured_at", "!=", False)])
    versions = env["performance.kpi.version"]._of(units.kpi_id)
    for unit in units:
        unit.version_id = versions[unit.kpi_id.id]
