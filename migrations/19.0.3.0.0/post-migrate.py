"""Calls count as interactions; that type of activity is Odoo's, so it is not loaded."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """After the new models are set up."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    call = env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
    if call and not call.performance_channel:
        call.performance_channel = "phone"
