from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import NO_ACCESS

from ..engine import Definition
from ..engine.dependencies import Dependencies

# who administers the system may read these anyway
SYSTEM = {"base.group_system", "base.group_erp_manager"}


class PerformanceKpi(models.Model):
    """Numbers are measured for everybody, but nobody learns secrets by counting.

    The engine reads with all rights. Whoever defines KPIs without administering the
    system could otherwise ask, by a filter, what only administrators may read.
    """

    _inherit = "performance.kpi"

    @api.constrains("required_module", *Definition.names())
    def _check_secrets(self):
        # whoever is at work, also where the code works with all rights for him
        user = self.env.user
        if user._is_superuser() or user.has_group("base.group_system"):
            return
        for kpi in self:
            if kpi.is_measured and kpi.is_available:
                kpi._refuse_secrets()

    def _refuse_secrets(self):
        """Refuse what leads to models or fields for system administrators only."""
        needs = Dependencies(self.env, Definition.of(self))
        for model in self.env.registry.values():
            columns = needs.columns.get(model._table) if model._auto else None
            if not columns:
                continue
            secret = {
                name
                for name in columns & model._fields.keys()
                if self._is_secret(model._fields[name].groups)
            }
            if secret or self._is_secret_model(model._name):
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s”: only system administrators read %(what)s; they "
                        "can define this KPI.",
                        kpi=self.name,
                        what=", ".join(sorted(secret)) or model._description,
                    )
                )

    @api.model
    def _is_secret(self, groups):
        """Whether a field's groups leave it to system administrators, or to nobody."""
        if not groups:
            return False
        return groups == NO_ACCESS or set(groups.split(",")) <= SYSTEM

    @api.model
    def _is_secret_model(self, name):
        """Whether nobody but system administrators may read a model."""
        # sudo: who may read what is no secret itself
        rights = self.env["ir.model.access"].sudo()
        found = rights.search([("model_id.model", "=", name), ("perm_read", "=", True)])
        groups = self.env["res.groups"].sudo()
        for xmlid in SYSTEM:
            groups |= self.env.ref(xmlid).sudo()
        return all(right.group_id and right.group_id in groups for right in found)
