from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import email_normalize, hash_sign, single_email_re, verify_hash_signed
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..acceptance.decision import clean_text
from .performance_complaint import LONGEST_NAME
from .performance_complaint_portal import LONGEST_PORTAL_TEXT

VALID = timedelta(days=3)
KEPT = timedelta(days=7)
# {field of the form: characters it may have}
LIMITS = {
    "name": LONGEST_NAME,
    "description": LONGEST_PORTAL_TEXT,
    "contact_name": 120,
    "email": 254,
    "phone": 40,
}
REQUIRED = ("name", "description", "contact_name", "email")
LONGEST_TOKEN = 500
# of what a visitor sends, no more is looked at
LONGEST_INPUT = 5 * LONGEST_PORTAL_TEXT


class PerformanceComplaintRequest(models.Model):
    """What a visitor wrote into the public form, until he shows that he is who he says.

    One record is one form. It is **no complaint**: no clock runs, no KPI counts it,
    nobody is responsible for it, because anybody can write anybody's e-mail address.
    The link that goes to this address makes it a complaint, once, within three days::

        unconfirmed --link of the mail, button--> confirmed (complaint made)
        unconfirmed --three days--> expired

    Confirmed or not, it is deleted after a week; what matters is in the complaint.
    Written by the form only. Officers and auditors read what was written to their
    companies; nobody finds the link, which is not stored but signed.
    """

    _name = "performance.complaint.request"
    _description = "Complaint Request"
    _order = "submitted_at desc, id desc"
    # mails show the name of a record; what was typed is for nobody else's mailbox
    _rec_name = "email"

    name = fields.Char(string="Title", required=True, readonly=True)
    description = fields.Text(string="What Happened", required=True, readonly=True)
    contact_name = fields.Char(string="Name", required=True, readonly=True)
    email = fields.Char(required=True, readonly=True)
    phone = fields.Char(readonly=True)
    cause_id = fields.Many2one(
        comodel_name="performance.complaint.cause", readonly=True, ondelete="set null"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    lang = fields.Char(string="Language", readonly=True)
    submitted_at = fields.Datetime(
        string="Sent On",
        required=True,
        readonly=True,
        index=True,
        default=fields.Datetime.now,
    )
    expires_at = fields.Datetime(
        string="Link Ends On",
        required=True,
        readonly=True,
        default=lambda self: fields.Datetime.now() + VALID,
    )
    confirmed_at = fields.Datetime(string="Confirmed On", readonly=True)
    complaint_id = fields.Many2one(
        comodel_name="performance.complaint",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    state = fields.Selection(
        selection=[
            ("unconfirmed", "Unconfirmed"),
            ("confirmed", "Confirmed"),
            ("expired", "Expired"),
        ],
        compute="_compute_state",
    )

    # === COMPUTE METHODS ===#

    @api.depends("confirmed_at", "expires_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for request in self:
            if request.confirmed_at:
                request.state = "confirmed"
            else:
                expired = request.expires_at and request.expires_at <= now
                request.state = "expired" if expired else "unconfirmed"

    # === FORM ===#

    @api.model
    def _submit(self, company, form, address):
        """Take a form and send the link to the address in it.

        The answer is the same whoever the address belongs to.

        :param company: whose form it is, as superuser
        :param dict form: what the visitor sent; nothing of it is trusted
        :param str address: the IP address it came from
        :return: why it was not taken; False when it was
        """
        values = _clean(form)
        cause = self._causes(company).filtered(
            lambda cause: str(cause.id) == values["cause_id"]
        )
        problem = self._problem(values, bool(cause))
        if problem:
            return problem
        attempts = self.env["performance.complaint.attempt"]
        if attempts._is_too_often(company, values["email"], address):
            return self.env._(
                "Too many complaints were sent in the last hour; please try again "
                "later."
            )
        attempts._note(company, values["email"], address)
        # sudo: visitors write through this form only, with what was checked above
        request = self.sudo().create(
            {
                **values,
                "cause_id": cause.id,
                "company_id": company.id,
                "lang": self.env.lang,
            }
        )
        request._mail("customer_performance.mail_template_complaint_confirm")
        return False

    @api.model
    def _causes(self, company):
        """What a visitor can choose from."""
        # sudo: categories are shown to customers, and nothing else of the model
        causes = self.env["performance.complaint.cause"].sudo()
        return causes.search([("company_id", "in", [False, company.id])])

    @api.model
    def _problem(self, values, is_cause):
        """What is wrong with a form; False when nothing is."""
        if not all(values[name] for name in REQUIRED):
            return self.env._(
                "Please fill in your name, your e-mail address, the subject and what "
                "happened."
            )
        for name, limit in LIMITS.items():
            if len(values[name]) > limit:
                return self.env._(
                    "Please shorten “%(field)s”: at most %(limit)s characters.",
                    field=self._fields[name]._description_string(self.env),
                    limit=limit,
                )
        if not _is_address(values["email"]):
            return self.env._("Please check your e-mail address.")
        # sudo: our own addresses; a mail to one of them would file a complaint itself
        if self.env["mail.alias.domain"].sudo()._find_aliases([values["email"]]):
            return self.env._("This is an address of ours; please give your own.")
        if values["cause_id"] and not is_cause:
            return self.env._("Choose what it is about from the list.")
        return False

    # === LINK ===#

    def _mail(self, xmlid):
        """Send a mail, and keep it out of every list of messages people can read."""
        # sudo: the mail and its link are nobody's but the customer's
        template = self.env.ref(xmlid).sudo()
        for request in self:
            template.send_mail(
                request.id,
                email_layout_xmlid="mail.mail_notification_light",
                email_values={
                    "model": False,
                    "res_id": False,
                    "auto_delete": True,
                    "author_id": self.env.ref("base.partner_root").id,
                },
            )
        # sudo: the visitor waits for it; the queue is emptied each hour only
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _signed(self):
        """What a token says; another record with this id would say something else."""
        return [self.id, fields.Datetime.to_string(self.submitted_at)]

    def _token(self):
        """The key to confirm; computed, so that nobody can read it in the database."""
        self.ensure_one()
        # sudo: the secret of the database
        return hash_sign(self.env(su=True), self._name, self._signed())

    def _confirm_url(self):
        """The customer's link; for the mail only, no preview of it."""
        if not self.env.su:
            return "#"
        return f"{self.get_base_url()}/complaint/confirm/{self._token()}"

    def _follow_url(self):
        """Where the customer follows the complaint; for the mail only."""
        if not self.env.su:
            return "#"
        # sudo: the link holds the complaint's own token, which is for this customer
        complaint = self.complaint_id.sudo()
        return f"{self.get_base_url()}{complaint.get_portal_url()}"

    @api.model
    def _of_token(self, token):
        """The request of a token.

        :return: (request as superuser, whether the token is one of ours): a token can
            outlive what it stands for
        """
        none = self.sudo().browse()  # sudo: as what is found below
        if not token.isascii() or len(token) > LONGEST_TOKEN:
            return none, False
        try:
            # sudo: the secret of the database
            signed = verify_hash_signed(self.env(su=True), self._name, token)
        except ValueError:
            # neither base64 nor of this kind
            return none, False
        if not signed:
            return none, False
        # sudo: a visitor reads nothing; the token is his permission
        request = self.sudo().browse(signed[0]).exists()
        return (request if request._signed_is(signed) else none), True

    def _signed_is(self, signed):
        return bool(self) and self._signed() == signed

    # === CONFIRMATION ===#

    def _confirm(self):
        """Make it a complaint, as whose e-mail address it is.

        The complaint is filed *now*: the customer may have waited since he sent the
        form, but nobody in the company could act on words that might be anybody's, and
        a clock that ran meanwhile would blame a colleague for the customer's mailbox.
        When the form was sent is noted.

        :return: the complaint; none when it was confirmed before, or is too old
        """
        self.ensure_one()
        # two clicks at once make one complaint
        own = self.try_lock_for_update()
        if not own or own.state != "unconfirmed":
            return self.env["performance.complaint"]
        # the customer files it, whoever is signed in where the link was opened
        complaints = self.env["performance.complaint"].with_user(SUPERUSER_ID)
        complaint = complaints.with_company(own.company_id).create(
            own._complaint_values()
        )
        complaint._message_log(body=own._origin_note())
        own.write({"confirmed_at": fields.Datetime.now(), "complaint_id": complaint.id})
        own._mail("customer_performance.mail_template_complaint_follow")
        return complaint

    def _complaint_values(self):
        return {
            "name": self.name,
            "description": self.description,
            "cause_id": self.cause_id.id,
            "partner_id": self._contact().id,
            "email_from": self.email,
            "channel": "web",
            "company_id": self.company_id.id,
        }

    def _contact(self):
        """The contact of the confirmed address, as for a mail; a new one if there is
        none.

        What the visitor says of himself changes nothing in a contact that is there.
        """
        company = self.company_id
        complaints = self.env["performance.complaint"].with_user(SUPERUSER_ID)
        return complaints._partner_find_from_emails_single(
            [self.email],
            filter_found=lambda p: not p.company_id or p.company_id == company,
            additional_values={
                self.email: {
                    "name": self.contact_name,
                    "phone": self.phone,
                    "lang": self.lang,
                    "company_id": company.id,
                }
            },
        )

    def _origin_note(self):
        """What the form said about its sender; for colleagues."""
        sent = fields.Datetime.context_timestamp(
            self.with_context(tz=self.company_id.performance_tz or "UTC"),
            self.submitted_at,
        )
        return self.env._(
            "Sent with the public form on %(time)s by %(name)s (phone: %(phone)s) and "
            "confirmed from %(email)s.",
            time=sent.strftime("%Y-%m-%d %H:%M"),
            name=self.contact_name,
            phone=self.phone or "-",
            email=self.email,
        )

    # === CLEANING ===#

    @api.autovacuum
    def _gc_requests(self):
        """Delete what is older than a week, confirmed or not."""
        old = [("submitted_at", "<=", fields.Datetime.now() - KEPT)]
        # sudo: nobody else deletes them
        requests = self.sudo().search(old, limit=GC_UNLINK_LIMIT)
        requests.unlink()
        return len(requests), len(requests) == GC_UNLINK_LIMIT


def _clean(form):
    """The fields of a form as text: no control characters, lines in the text only."""
    values = {name: _text(form.get(name)) for name in (*LIMITS, "cause_id")}
    for name in values.keys() - {"description"}:
        values[name] = " ".join(values[name].split())
    # what is too long stays so, and is refused
    if len(values["email"]) <= LIMITS["email"]:
        values["email"] = email_normalize(values["email"]) or values["email"]
    return values


def _text(value):
    """Text of bearable length; a file or nothing is none."""
    return clean_text(value[:LONGEST_INPUT]) if isinstance(value, str) else ""


def _is_address(email):
    """Whether this is one address a mail can be sent to."""
    return bool(single_email_re.match(email)) and email_normalize(email) == email
