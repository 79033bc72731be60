from psycopg2 import Error as DatabaseError

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..engine import Definition, Measure, Path, PathError
from ..engine.definition import DOMAIN_ERRORS, PATH_FIELDS

NUMERIC = ("integer", "float", "monetary")
# {subject type: models a path to it may end on}
TARGETS = {
    "employee": ("res.users", "hr.employee"),
    "department": ("hr.department",),
    "team": ("crm.team",),
    "customer": ("res.partner",),
    "opportunity": ("crm.lead",),
    "company": ("res.company",),
}


class PerformanceKpi(models.Model):
    """The dry run: a definition that cannot be measured is refused when it is saved."""

    _inherit = "performance.kpi"

    # === CONSTRAINT METHODS ===#

    @api.constrains("required_module", *Definition.names())
    def _check_definition(self):
        """The dry run: what cannot be measured is refused with what is wrong."""
        for kpi in self:
            if kpi.source == "formula":
                kpi._check_formula()
            elif kpi.source != "manual" and kpi.is_available:
                kpi._check_source()
                kpi._check_domains()
                for kind, name in PATH_FIELDS.items():
                    if kpi[name]:
                        kpi._check_path(kpi[name], TARGETS[kind])
                kpi._check_keys()
                kpi._try_on_nothing()

    def _check_source(self):
        if not self.model_name or not self.date_field:
            raise ValidationError(
                self.env._("“%s”: choose the model and the date field.", self.name)
            )
        model = self.env.get(self.model_name)
        if model is None or not _is_measurable(model):
            raise ValidationError(
                self.env._("“%s”: records of this model are not stored.", self.name)
            )
        self._check_field(self.date_field, ("date", "datetime"))
        definition = Definition.of(self)
        if not definition.has_measure:
            return
        if self.measure_type == "duration":
            if not (self.duration_start and self.duration_stop):
                raise ValidationError(
                    self.env._(
                        "“%s”: choose from when until when the time is taken.",
                        self.name,
                    )
                )
            for name in (self.duration_start, self.duration_stop):
                self._check_field(name, ("datetime",))
            return
        field = model._fields.get(self.measure_field or "")
        if field is None or field.type not in NUMERIC:
            raise ValidationError(
                self.env._("“%s”: choose a stored number to add up.", self.name)
            )
        self._check_field(self.measure_field, NUMERIC)

    def _check_field(self, name, types):
        field = self.env[self.model_name]._fields.get(name)
        if field is None or not field.store or field.type not in types:
            raise ValidationError(self._not_stored(name))

    def _not_stored(self, field):
        return self.env._(
            "“%(kpi)s”: the field “%(field)s” is not a stored field of %(model)s.",
            kpi=self.name,
            field=field,
            model=self._model_label(),
        )

    def _model_label(self):
        # sudo: the names of models are no secret
        return self.env["ir.model"].sudo()._get(self.model_name).name or self.model_name

    def _check_domains(self):
        definition = Definition.of(self)
        names = {"domain"}
        if self.source in ("share", "net_share"):
            names.add("match_domain")
        if self.source == "net_share":
            names.add("against_domain")
        for name in sorted(names):
            try:
                # a filter over what is below asks PostgreSQL already
                with self.env.cr.savepoint(flush=False):
                    # sudo: the domain is checked for what it names; nothing is read
                    definition.parsed(name).validate(self.env[self.model_name].sudo())
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except (DatabaseError, *DOMAIN_ERRORS) as error:
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s”: the filter does not fit the model: %(error)s",
                        kpi=self.name,
                        error=str(error),
                    )
                ) from error

    def _check_path(self, path, targets):
        try:
            # sudo: looks at fields, at no record
            found = Path(self.env[self.model_name].sudo(), path).target_name
        except PathError as error:
            found = None
            broken = self.env._(
                " “%(step)s” is no stored link of %(model)s.",
                step=error.step,
                model=error.model._description,
            )
        else:
            broken = ""
        if found not in targets:
            raise ValidationError(
                self.env._(
                    "“%(kpi)s”: the path “%(path)s” has to follow stored links from "
                    "%(model)s to one of: %(targets)s.",
                    kpi=self.name,
                    path=path,
                    model=self._model_label(),
                    targets=", ".join(
                        # sudo: names of models, for the message
                        self.env["ir.model"].sudo()._get(t).name
                        for t in targets
                    ),
                )
                + broken
            )

    def _check_keys(self):
        """Rates of customers need a path to the customer."""
        definition = Definition.of(self)
        if not definition.is_keyed:
            return
        if not definition.key_path:
            raise ValidationError(
                self.env._(
                    "“%s”: give the path to the customer, or to what is counted once.",
                    self.name,
                )
            )
        try:
            # sudo: looks at fields, at no record
            Path(self.env[self.model_name].sudo(), definition.key_path)
        except PathError as error:
            raise ValidationError(
                self.env._(
                    "“%(kpi)s”: “%(step)s” in “%(path)s” is no stored link.",
                    kpi=self.name,
                    step=error.step,
                    path=error.path,
                )
            ) from error

    def _try_on_nothing(self):
        """Let PostgreSQL plan the statement, so that it sees the definition too."""
        # sudo: any period will do, nothing of it is shown
        period = self.env["performance.period"].sudo().search([], limit=1)
        if not period:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                Measure(self.env, [Definition.of(self)], period).explain()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # no fault of the KPI: the request is tried again
            raise
        except (DatabaseError, *DOMAIN_ERRORS) as error:
            raise ValidationError(
                self.env._(
                    "“%(kpi)s” cannot be measured: %(error)s",
                    kpi=self.name,
                    error=str(error).splitlines()[0] if str(error) else repr(error),
                )
            ) from error


def _is_measurable(model):
    """Records that are stored, or a view over such that says it may be measured."""
    if getattr(model, "_performance_measurable", False):
        return True
    return model._auto and not model._transient
