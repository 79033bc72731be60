from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ....tools.hints import NEUTRAL, Span, digest_of, highlight
from ...shared.workflow import ENGINE

TONES = [
    ("praise", "Praise"),
    ("annoyance", "Annoyance"),
    ("mixed", "Mixed"),
    ("none", "Neutral"),
]
# what a person may correct
CORRECTED = ("tone", "topic_ids")


class PerformanceTextHint(models.Model):
    """What may stand in one text of one customer: topics, praise, annoyance.

    The text is the description of a complaint that the customer wrote, a message of the
    customer on a complaint, or the comment of an answer. A provider found words in it
    and suggests; a person corrects topics and tone and confirms, or rejects. Only what
    the *customer* wrote is looked at, never a colleague's words, and a hint changes no
    number by itself: a KPI may count confirmed ones.

    ::

        suggested --confirm--> confirmed
        suggested --reject--> rejected
        confirmed, rejected --reconsider--> suggested

    The engine makes hints; whoever reads the complaint or the answer reads them. On
    complaints whoever may edit the complaint decides, on answers a performance officer;
    never the person whom it is about. The text is not kept here, only the places in it:
    it is shown with the reader's own rights on the record, and not any more where it
    was changed or emptied afterwards.
    """

    _name = "performance.text.hint"
    _description = "Text Hint"
    _inherit = ["performance.workflow.mixin"]
    _order = "said_at desc, id desc"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    source = fields.Selection(
        selection=[
            ("complaint", "Complaint"),
            ("message", "Message"),
            ("answer", "Answer"),
        ],
        string="Text",
        required=True,
        readonly=True,
    )
    complaint_id = fields.Many2one(
        comodel_name="performance.complaint",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    voice_id = fields.Many2one(
        comodel_name="performance.voice",
        string="Customer Answer",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    # as it was when the customer wrote: nothing is recomputed when no hints are wanted
    said_at = fields.Datetime(string="Written On", required=True, readonly=True)
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Responsible",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Who was responsible when the customer wrote.",
    )
    department_id = fields.Many2one(
        comodel_name="hr.department",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    # what was found
    provider = fields.Char(string="Found By", required=True, readonly=True)
    found = fields.Json(readonly=True, copy=False)
    digest = fields.Char(required=True, readonly=True)
    suggested_tone = fields.Selection(selection=TONES, required=True, readonly=True)
    tone = fields.Selection(selection=TONES, required=True, tracking=True)
    topic_ids = fields.Many2many(comodel_name="performance.hint.topic", string="Topics")
    is_corrected = fields.Boolean(
        string="Corrected",
        readonly=True,
        copy=False,
        help="It was confirmed otherwise than suggested.",
    )
    text = fields.Text(string="What the Customer Wrote", compute="_compute_text")
    highlighted = fields.Html(
        string="Words Found", compute="_compute_text", sanitize=False
    )
    is_changed = fields.Boolean(
        string="Text Changed Afterwards", compute="_compute_text"
    )
    # where it stands
    state = fields.Selection(
        selection=[
            ("suggested", "Suggested"),
            ("confirmed", "Confirmed"),
            ("rejected", "Rejected"),
        ],
        default="suggested",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    decided_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="set null"
    )
    decided_at = fields.Datetime(string="Decided On", readonly=True, copy=False)
    can_confirm = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )
    can_reject = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_reconsider = fields.Boolean(
        compute="_compute_can", export_string_translation=False
    )

    _one_record = models.Constraint(
        "CHECK (CASE source WHEN 'complaint' THEN complaint_id IS NOT NULL"
        " AND message_id IS NULL AND voice_id IS NULL"
        " WHEN 'message' THEN complaint_id IS NOT NULL AND message_id IS NOT NULL"
        " AND voice_id IS NULL"
        " ELSE voice_id IS NOT NULL AND complaint_id IS NULL AND message_id IS NULL"
        " END)",
        "A hint is on one text.",
    )
    _complaint_uniq = models.UniqueIndex(
        "(complaint_id) WHERE message_id IS NULL", "There is a hint on this already."
    )
    _message_uniq = models.UniqueIndex(
        "(message_id) WHERE message_id IS NOT NULL", "There is a hint on this already."
    )
    _voice_uniq = models.UniqueIndex(
        "(voice_id) WHERE voice_id IS NOT NULL", "There is a hint on this already."
    )

    # === COMPUTE METHODS ===#

    @api.depends("complaint_id", "voice_id", "source")
    def _compute_display_name(self):
        labels = dict(self._fields["source"]._description_selection(self.env))
        for hint in self:
            record = hint.complaint_id or hint.voice_id
            parts = (record.display_name, labels.get(hint.source))
            hint.display_name = ", ".join(part for part in parts if part)

    @api.depends("found", "digest", "complaint_id", "message_id", "voice_id", "source")
    @api.depends_context("uid", "lang")
    def _compute_text(self):
        """The text with the reader's own rights on the record that holds it."""
        for hint in self:
            text = hint._read_text()
            hint.text = text
            hint.is_changed = digest_of(text) != hint.digest
            spans = [] if hint.is_changed else hint._spans()
            marked = highlight(text, spans, hint._titles(spans))
            # whichever way the customer's language is written
            hint.highlighted = Markup('<div dir="auto">%s</div>') % marked

    # === CRUD METHODS ===#

    def write(self, vals):
        if self.env.context.get("performance_workflow") is not ENGINE:
            self._check_correction(vals)
        return super().write(vals)

    def _check_correction(self, vals):
        """Refuse a correction by somebody who may not decide, or afterwards."""
        if not set(CORRECTED) & vals.keys():
            return
        for hint in self:
            if error := hint._decide_error():
                raise AccessError(error)
            if hint.state != "suggested":
                raise UserError(
                    self.env._(
                        "“%s” is decided. Take the decision back before you correct "
                        "it.",
                        hint.display_name,
                    )
                )

    # === BUSINESS METHODS ===#

    def _read_text(self):
        """What the customer wrote, as far as the user at work may read it."""
        self.ensure_one()
        if not (self.message_id or self.voice_id or self.complaint_id).has_access(
            "read"
        ):
            return ""
        if self.source == "message":
            return self.message_id._performance_customer_text()
        return self.voice_id.comment or self.complaint_id.description or ""

    def _spans(self):
        """The spans that were found; none for what is not a list of spans."""
        return [Span(*values) for values in (self.found or {}).get("spans", ())]

    def _titles(self, spans):
        """``{Span: sentence}`` that explains each mark."""
        words = self.env["performance.hint.word"].browse({s.word for s in spans})
        # sudo: what was found is explained, also by a word archived since
        names = {word.id: word.name for word in words.sudo().exists()}
        topics = {word.id: word.topic_id.name for word in words.sudo().exists()}
        return {
            span: self._title(span, names.get(span.word), topics.get(span.word))
            for span in spans
        }

    def _title(self, span, word, topic):
        word = word or self.env._("a word that is not in the list any more")
        if span.kind == NEUTRAL:
            return self.env._("“%s” is negated: says nothing", word)
        kinds = {
            "topic": self.env._("Topic"),
            "praise": self.env._("Praise"),
            "annoyance": self.env._("Annoyance"),
        }
        parts = [kinds.get(span.kind, ""), topic if span.kind == "topic" else ""]
        label = " ".join(part for part in parts if part)
        if span.negated:
            return self.env._("%(label)s: “%(word)s” negated", label=label, word=word)
        return self.env._("%(label)s: “%(word)s”", label=label, word=word)
