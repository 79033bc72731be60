from odoo import fields, models

from ...shared.performance_subject_mixin import SUBJECT_FIELDS
from ...shared.workflow import ENGINE, Transition

# what a corrected reading keeps of the one it replaces
KEPT = (
    "computed_value",
    "computed_state",
    "numerator",
    "denominator",
    "sample_size",
    "excluded_count",
)


class PerformanceCorrection(models.Model):
    """The proposal to correct one number of a closed period, and what came of it.

    A closed period is never edited. When another officer confirms the proposal, a *new*
    reading comes into force and the old one is kept, out of force, linked to it. One
    that is refused or withdrawn leaves the old reading as it was. A correction in force
    is final; what is wrong with it is corrected again. What stands on the old number,
    such as a settled scorecard, stays as it is.

    ==========  ==========================================================
    propose     officers, not about themselves, with reason and evidence
    confirm     another officer, not about himself
    refuse      another officer
    withdraw    the author, before it was decided
    read        officers and auditors; others read it beside the number
    ==========  ==========================================================
    """

    _name = "performance.correction"
    _description = "Correction of a Number"
    _inherit = ["performance.reading.change.mixin"]
    _order = "id desc"

    _workflow = {
        "confirm": Transition(("proposed",), "in_force"),
        "refuse": Transition(("proposed",), "refused", needs_reason=True),
        "withdraw": Transition(("proposed",), "withdrawn", needs_reason=True),
    }
    _workflow_activities = {
        "proposed": "customer_performance.activity_correction_decide"
    }
    _workflow_protected = (
        "author_id",
        "approver_id",
        "decided_at",
        "replaced_value",
        "replaced_known",
        "replaced_text",
        "new_reading_id",
    )

    new_reading_id = fields.Many2one(
        comodel_name="performance.reading",
        readonly=True,
        copy=False,
        ondelete="cascade",
        index="btree_not_null",
    )
    state = fields.Selection(
        selection=[
            ("proposed", "Proposed"),
            ("in_force", "In Force"),
            ("withdrawn", "Withdrawn"),
            ("refused", "Refused"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )

    _one_proposed = models.UniqueIndex(
        "(reading_id) WHERE state = 'proposed'",
        "A correction of this number is proposed already.",
    )
    _one_in_force = models.UniqueIndex(
        "(reading_id) WHERE state = 'in_force'",
        "This number was corrected already.",
    )

    # === GUARDS ===#

    def _proposal_error(self):
        if error := super()._proposal_error():
            return error
        if not (self.evidence or "").strip() and not self.evidence_file:
            return self.reading_id._no_evidence()
        return False

    def _reading_error(self):
        return self.reading_id._correct_error()

    # === WORKFLOW ===#

    def _after_confirm(self):
        """Replace the old readings by new ones, in this transaction."""
        # sudo: numbers are written by the engine only
        Reading = (
            self.env["performance.reading"]
            .sudo()
            .with_context(performance_workflow=ENGINE)
        )
        old = self.reading_id
        old._engine_write({"active": False})
        # the database lets one reading of a key be in force: first the old one goes
        old.flush_recordset()
        # sudo: evidence as it is, not its size, whatever the client's context asks for
        proposals = self.sudo().with_context(bin_size=False)
        new = Reading.create([c._prepare_reading() for c in proposals])
        for correction, reading in zip(self, new, strict=True):
            correction._workflow_engine().write({"new_reading_id": reading.id})
        new.with_env(self.env)._after_correct()

    def _prepare_reading(self):
        """Values of the reading that replaces the old one."""
        old = self.reading_id
        subject = SUBJECT_FIELDS[old.subject_type]
        return {
            "kpi_id": old.kpi_id.id,
            "period_id": old.period_id.id,
            subject: old[subject].id,
            "value": self.value,
            "state": "ok",
            "active": True,
            # should the period be reopened, measuring leaves the value alone
            "is_overridden": old.kpi_id.source != "manual",
            "corrects_id": old.id,
            "reason": self.reason,
            "evidence": self.evidence,
            "evidence_file": self.evidence_file,
            "evidence_filename": self.evidence_filename,
            "entered_by_id": self.author_id.id,
            "confirmed_by_id": self.approver_id.id,
            "measured_at": fields.Datetime.now(),
            **{name: old[name] for name in KEPT},
        }
