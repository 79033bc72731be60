from ast import literal_eval

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..engine import Cleaning, Definition, Lens, may_ask_anything, secrets
from ..engine.definition import DOMAIN_ERRORS
from .performance_cleaning_rule import DEFINITION

FAULTS = (UserError, DatabaseError, *DOMAIN_ERRORS)
# kinds of subjects for which a rule looks at their own records only
NARROW = {"opportunity": "opportunity_path", "customer": "customer_path"}


class PerformanceCleaningRule(models.Model):
    """What a rule leaves out: picked, checked when it is saved, and applied."""

    _inherit = "performance.cleaning.rule"

    model_id = fields.Many2one(
        comodel_name="ir.model",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        compute="_compute_model_id",
        readonly=False,
    )
    match_count = fields.Integer(
        string="Records Matched",
        compute="_compute_match_count",
        help="Records that match now, whenever they are.",
    )

    # === PICKER ===#

    @api.depends("model_name")
    def _compute_model_id(self):
        for rule in self:
            # sudo: administrators of performance need not be those of the system
            rule.model_id = self.env["ir.model"].sudo()._get(rule.model_name or "").id

    @api.model
    def _picked(self, vals):
        """Values with the technical name of the model in place of what was picked."""
        vals = dict(vals)
        if "model_id" in vals:
            # sudo: administrators of performance need not be those of the system
            model = self.env["ir.model"].sudo().browse(vals.pop("model_id"))
            vals["model_name"] = model.model
        return vals

    @api.onchange("model_id")
    def _onchange_model_id(self):
        name = self.model_id.sudo().model
        if name and name != self.model_name:
            self.update({"model_name": name, "domain": "[]", "kpi_ids": False})

    @api.depends(*DEFINITION)
    def _compute_match_count(self):
        for rule in self:
            rule.match_count = 0
            # a form that is not saved yet may hold anything
            faulty = rule._definition_error() or rule._secret_error()
            if rule._origin and not faulty:
                # sudo: a number only, of records that the author need not read
                rule.match_count = rule.sudo()._cleaning().count()

    # === DRY RUN ===#

    @api.constrains("model_name", "domain", "kpi_ids", "company_id")
    def _check_definition(self):
        """What cannot be applied is refused with what is wrong."""
        for rule in self:
            if error := rule._definition_error():
                raise ValidationError(error)

    @api.constrains("model_name", "domain")
    def _check_secrets(self):
        """Nobody learns secrets by counting what a filter matches."""
        for rule in self:
            if error := rule._secret_error():
                raise ValidationError(error)

    def _secret_error(self):
        """Say what the user may not filter by; whoever approves need not either."""
        model = self.env.get(self.model_name or "")
        if model is None or may_ask_anything(self.env):
            return False
        definition = Definition(
            kpi_id=0,
            model_name=self.model_name,
            date_field="create_date",
            domain=self.domain or "[]",
        )
        if what := secrets(self.env, definition):
            return self.env._(
                "“%(rule)s”: only system administrators read %(what)s; they can "
                "define this rule.",
                rule=self.name,
                what=what,
            )
        return False

    def _definition_error(self):
        """Say what is wrong with the definition; False when it can be applied."""
        # sudo: the same is wrong for whoever asks
        rule = self.sudo()
        model = self.env.get(rule.model_name or "")
        if model is None or not model._auto or model._transient or model._abstract:
            return self.env._("“%s”: records of this model are not stored.", rule.name)
        strange = rule.kpi_ids.filtered(
            lambda k: not k.is_measured or k.model_name != rule.model_name
        )
        if strange:
            return self.env._(
                "“%(rule)s”: “%(kpi)s” does not count records of %(model)s.",
                rule=rule.name,
                kpi=strange[0].name,
                model=model._description,
            )
        foreign = rule.kpi_ids.company_id - rule.company_id
        if foreign:
            return self.env._(
                "“%(rule)s”: choose the company %(company)s, to which a KPI belongs.",
                rule=rule.name,
                company=foreign[0].name,
            )
        return rule._domain_error(model)

    def _domain_error(self, model):
        try:
            # sudo: the domain is checked for what it names; nothing is read
            self._parsed_domain().validate(model.sudo())
            with self.env.cr.savepoint(flush=False):
                self._cleaning().explain()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except FAULTS as error:
            return self.env._(
                "“%(rule)s”: the filter does not fit the model: %(error)s",
                rule=self.name,
                error=str(error).splitlines()[0] if str(error) else repr(error),
            )
        return False

    def _parsed_domain(self):
        """The filter as a domain.

        :raise ValueError: or another of ``DOMAIN_ERRORS``, for text that is no domain
        """
        return Domain(literal_eval(self.domain or "[]"))

    # === ENGINE ===#

    def _lenses(self):
        """How the KPIs that it is about see the records."""
        name, company = self.model_name, self.company_id
        if self.kpi_ids:
            return [
                Lens(self.env, name, [Definition.of(kpi)], kpi.id, company)
                for kpi in self.kpi_ids._origin
            ]
        definitions = self._definitions_of(name, company)
        return [Lens(self.env, name, definitions, None, company)]

    @api.model
    def _kpis_of(self, model_name, company):
        """KPIs on the records of a model that are measured for a company (or any)."""
        # sudo: what is left out does not depend on who asks
        domain = Domain("model_name", "=", model_name)
        domain &= Domain("source", "not in", ["manual", "formula"])
        if company:
            domain &= Domain("company_id", "in", [False, company.id])
        return self.env["performance.kpi"].sudo().search(domain)

    @api.model
    def _definitions_of(self, model_name, company):
        """How the KPIs on a model see its records; a guess where there is none."""
        kpis = self._kpis_of(model_name, company)
        sound = kpis.filtered(lambda k: k.is_available and not k.is_quarantined)
        if sound:
            return [Definition.of(kpi) for kpi in sound]
        usual = self.env["performance.kpi"]._guess(self.env[model_name])
        return [
            Definition(
                kpi_id=0,
                model_name=model_name,
                date_field=usual["date_field"] or "",
                employee_path=usual["employee_path"] or "",
            )
        ]

    def _cleaning(self, only=None):
        domain = self._parsed_domain()
        return Cleaning(self.env, self._lenses(), domain, only, self.id)

    @api.model
    def _apply(self, model_names=None, wanted=None):
        """Bring the log up to date: leave out what matches, let go what does not.

        For each rule in force a fixed number of statements, whatever the number of
        records. A rule that breaks keeps its log, and its author is told.

        :param model_names: technical names of models; None for all
        :param wanted: ``{subject type: records}`` that are about to be measured, None
            for everybody; where only deals or customers are, no other record is looked
            at
        """
        # sudo: rules hold for everybody's numbers
        domain = Domain("state", "=", "in_force")
        if model_names is not None:
            domain &= Domain("model_name", "in", list(model_names))
        self.sudo().search(domain)._apply_each(wanted)

    def _apply_each(self, wanted=None):
        for rule in self:
            try:
                with self.env.cr.savepoint():
                    rule._apply_one(wanted)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # no fault of the rule: the request is tried again
                raise
            except FAULTS as error:
                rule._note_error(error)
            else:
                if rule.error:
                    rule._workflow_engine().write({"error": False})
                    rule.activity_unlink(
                        ["customer_performance.activity_cleaning_rule_broken"]
                    )

    def _apply_one(self, wanted=None):
        if self.model_name not in self.env:
            raise UserError(
                self.env._(
                    "Its records (%s) are not in this database.", self.model_name
                )
            )
        cleaning = self._cleaning(self._narrowed(wanted))
        cleaning.flush()
        gone = cleaning.retire()
        added = cleaning.add(
            state="applied",
            is_applied=True,
            reason=self.reason,
            scope_company_id=self.company_id.id or None,
        )
        cleaning.tell()
        self.env["performance.exclusion"].invalidate_model(["employee_ids"])
        self._note(added, gone)

    def _narrowed(self, wanted):
        """The records of the deals or customers to be measured; None for all."""
        if not wanted or not wanted.keys() <= NARROW.keys():
            return None
        kpis = self.kpi_ids or self._kpis_of(self.model_name, self.company_id)
        return Domain.OR(
            Domain(kpi[NARROW[kind]], "in", records.ids)
            for kind, records in wanted.items()
            for kpi in kpis
            if kpi[NARROW[kind]]
        )

    def _note(self, added, gone):
        """Make due what changed, and tell those whose questions became idle.

        :param added: ``[(entry, KPI)]``
        :param gone: ``[(entry, KPI, whether somebody questioned it)]``
        """
        if not added and not gone:
            return
        Exclusion = self.env["performance.exclusion"]
        Exclusion.invalidate_model()
        kpi_ids = {kpi for _entry, kpi, *_more in [*added, *gone]}
        Exclusion._make_due(self.model_name, kpi_ids, self.company_id)
        Exclusion.browse(
            entry for entry, _kpi, asked in gone if asked
        )._after_obsolete()

    def _note_error(self, error):
        """Tell whoever defined the rule that it does not work any more."""
        text = str(error).strip() or repr(error)
        if self.error == text:
            return
        self._workflow_engine().write({"error": text})
        owner = self.proposed_by_id.filtered("active")
        self.activity_schedule(
            "customer_performance.activity_cleaning_rule_broken",
            user_id=(owner or self.env.ref("base.user_admin")).id,
            note=text,
        )
