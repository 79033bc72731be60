from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...shared.guards import exactly_one


class PerformanceScheme(models.Model):
    """Versions of a scheme: each holds from a day on, until the next one begins.

    A period is scored by the version in force on its first day; a scheme that is new
    may begin inside a period.
    """

    _inherit = "performance.scheme"

    version = fields.Integer(
        compute="_compute_version", store=True, recursive=True, default=1
    )
    previous_id = fields.Many2one(
        comodel_name="performance.scheme",
        string="Previous Version",
        ondelete="restrict",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    next_ids = fields.One2many(
        comodel_name="performance.scheme", inverse_name="previous_id"
    )
    family_id = fields.Many2one(
        comodel_name="performance.scheme",
        string="First Version",
        compute="_compute_version",
        store=True,
        recursive=True,
        index=True,
    )
    version_count = fields.Integer(string="Versions", compute="_compute_version_count")
    date_from = fields.Date(
        string="In Force From",
        copy=False,
        tracking=True,
        help="Empty: for all periods.",
    )
    date_to = fields.Date(
        string="In Force Until",
        readonly=True,
        copy=False,
        help="Set when the next version is put in force.",
    )

    _previous_unique = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "This version has a successor already.",
    )
    _ordered_dates = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "A version ends on or after the day it begins.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("previous_id.version", "previous_id.family_id")
    def _compute_version(self):
        for scheme in self:
            previous = scheme.previous_id
            scheme.version = previous.version + 1 if previous else 1
            scheme.family_id = previous.family_id if previous else scheme._origin

    def _compute_version_count(self):
        counts = dict(
            self._read_group(
                Domain("family_id", "in", self.family_id.ids),
                ["family_id"],
                ["__count"],
            )
        )
        for scheme in self:
            scheme.version_count = counts.get(scheme.family_id, 1)

    @api.depends("name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for scheme in self:
            name = scheme.name or ""
            if scheme.version > 1:
                name = self.env._(
                    "%(scheme)s (version %(version)s)",
                    scheme=name,
                    version=scheme.version,
                )
            scheme.display_name = name

    # === ACTIONS ===#

    def action_new_version(self):
        """Draft the next version of a scheme in force, and open it.

        :raise UserError: when it is not in force, or has a successor already
        """
        exactly_one(self)
        if problem := self._workflow_guard("redraft"):
            raise UserError(problem)
        version = self._new_version()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": version.id,
            "views": [(False, "form")],
        }

    def action_open_versions(self):
        """All versions of this scheme."""
        exactly_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_performance.performance_scheme_action"
        )
        domain = [("family_id", "=", self.family_id.id)]
        return {**action, "domain": domain, "context": {}}

    def _new_version(self, **values):
        """The draft that is to replace this version.

        :param values: of the new version, in place of what is copied
        :raise UserError: when it is not in force, or has a successor already
        """
        self.ensure_one()
        if problem := self._successor_problem():
            raise UserError(problem)
        version = self.copy({"name": self.name, **values})
        # only this verb makes a version; people cannot write what links them
        version._workflow_engine().previous_id = self
        return version.with_env(self.env)

    def _successor_problem(self):
        """Say why no version can follow this one; False when one can."""
        if self.state != "active":
            return self.env._(
                "“%s” is not in force: only what is in force gets a new version.",
                self.display_name,
            )
        if self.next_ids:
            return self.env._(
                "“%(scheme)s” has a next version already: “%(next)s”.",
                scheme=self.display_name,
                next=self.next_ids[:1].display_name,
            )
        return False

    # === WORKFLOW ===#

    def _version_problem(self):
        """Say why this version cannot follow its predecessor."""
        previous = self.previous_id
        if not previous:
            return False
        if not self.date_from:
            return self.env._(
                "“%s”: enter the day from which this version is in force.",
                self.display_name,
            )
        if previous.date_from and self.date_from <= previous.date_from:
            return self.env._(
                "“%(scheme)s” has to begin after %(previous)s, which is in force from "
                "%(day)s.",
                scheme=self.display_name,
                previous=previous.display_name,
                day=previous.date_from,
            )
        return self._overtaken_problem()

    def _overtaken_problem(self):
        """A version does not take over periods that its predecessor scored already."""
        # sudo: every card counts, whoever puts the version in force
        card = (
            self.env["performance.scorecard"]
            .sudo()
            .search(
                Domain("scheme_id", "=", self.previous_id.id)
                & Domain("period_id.date_start", ">=", self.date_from),
                limit=1,
            )
        )
        if not card:
            return False
        return self.env._(
            "“%(scheme)s” cannot begin on %(day)s: scorecards of %(period)s are open "
            "by %(previous)s already.",
            scheme=self.display_name,
            day=self.date_from,
            period=card.period_id.name,
            previous=self.previous_id.display_name,
        )

    def _redraft_problem(self):
        """Scorecards stand on a scheme: what they stand on is not rewritten."""
        # sudo: every card counts, whoever asks
        cards = self.env["performance.scorecard"].sudo()
        if self.next_ids.filtered(lambda scheme: scheme.state != "draft"):
            return self.env._(
                "“%s” was replaced by a next version; it stays as it is.",
                self.display_name,
            )
        if cards.search_count(Domain("scheme_id", "=", self.id), limit=1):
            return self.env._(
                "Scorecards were opened by “%s”: make a new version instead.",
                self.display_name,
            )
        return False

    def _after_activate(self):
        """The predecessor ends on the day before this version begins."""
        for scheme in self.filtered("previous_id"):
            last = scheme.date_from - timedelta(days=1)
            scheme.previous_id._workflow_engine().date_to = last

    # === BUSINESS METHODS ===#

    def _covers(self, day):
        """Whether this version is in force on a day."""
        self.ensure_one()
        return (
            self.state == "active"
            and (not self.date_from or self.date_from <= day)
            and (not self.date_to or day <= self.date_to)
        )

    def _version_for(self, period):
        """The version of this scheme by which a period is scored; may be empty."""
        versions = self.search(
            Domain("family_id", "=", self.family_id.id) & Domain("state", "=", "active")
        ).sorted("version")
        then = versions.filtered(lambda version: version._covers(period.date_start))
        if then:
            return then[:1]
        return versions.filtered(
            lambda version: (
                version.date_from
                and period.date_start < version.date_from <= period.date_end
            )
        )[:1]

    def _period_problem(self, period):
        """Say why a period is not scored by this version; False when it is."""
        self.ensure_one()
        if self.state != "active":
            return self.env._("“%s” is not in force.", self.display_name)
        right = self._version_for(period)
        if right == self:
            return False
        if not right:
            return self.env._(
                "“%(scheme)s” is not in force in %(period)s.",
                scheme=self.display_name,
                period=period.name,
            )
        return self.env._(
            "%(period)s is scored by “%(right)s”, not by “%(scheme)s”.",
            period=period.name,
            right=right.display_name,
            scheme=self.display_name,
        )
