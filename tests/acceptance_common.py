import base64
import io
from contextlib import nullcontext

from PIL import Image, ImageDraw

from odoo.tests import freeze_time, tagged

from odoo.addons.mail.tests.common import MailCase

from .measure_common import MeasureCommon

PDF = base64.b64encode(b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF")


def picture(drawn=True, size=(120, 40), kind="PNG"):
    """A signature as the browser sends it; blank when nothing was drawn."""
    image = Image.new("RGB", size, "white")
    if drawn:
        ImageDraw.Draw(image).line((5, 5, size[0] - 5, size[1] - 5), fill="black")
    stream = io.BytesIO()
    image.save(stream, kind)
    return base64.b64encode(stream.getvalue()).decode()


@tagged("post_install", "-at_install")
class AcceptanceCommon(MeasureCommon, MailCase):
    """Two customers with a contact and a portal user each, and a deal of Sam's.

    Paula Portal (``perf_portal``) works for Test Customer, as does Carl Contact, who
    has no login; Olga Other (``perf_portal2``) for another customer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Acceptance = cls.env["performance.acceptance"]
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Carl Contact",
                "email": "carl@customer.example",
                "parent_id": cls.customer.id,
                "company_id": cls.company.id,
            }
        )
        cls.user_portal.partner_id.write(
            {"name": "Paula Portal", "parent_id": cls.customer.id}
        )
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Other Customer", "is_company": True}
        )
        cls.user_portal2 = cls._create_user("perf_portal2", "base.group_portal")
        cls.user_portal2.partner_id.write(
            {"name": "Olga Other", "parent_id": cls.other_customer.id}
        )
        cls.deal = cls._create_lead(name="Installation")

    @staticmethod
    def _at(moment):
        return freeze_time(moment) if moment else nullcontext()

    @classmethod
    def _create_acceptance(cls, user=None, **values):
        """A draft for Carl on Sam's deal, prepared by Sam unless said otherwise."""
        acceptance = cls.Acceptance.with_user(user or cls.user_sales).create(
            {
                "lead_id": cls.deal.id,
                "partner_id": cls.contact.id,
                "deliverables": "Forty desks, mounted.",
                **values,
            }
        )
        return acceptance.with_env(cls.env)

    @classmethod
    def _submitted(cls, at=None, **values):
        """One that waits for the customer."""
        acceptance = cls._create_acceptance(**values)
        with cls._at(at):
            acceptance.with_user(cls.user_sales).action_submit()
        return acceptance

    @classmethod
    def _accept(cls, acceptance, at=None, user=None):
        public = cls.env.ref("base.public_user")
        with cls._at(at):
            acceptance.sudo()._accept_by_customer(
                user or public, "Carl Contact", picture(), "192.0.2.1"
            )

    @classmethod
    def _refuse(cls, acceptance, at=None, user=None, reason="Two desks wobble."):
        public = cls.env.ref("base.public_user")
        with cls._at(at):
            acceptance.sudo()._refuse_by_customer(
                user or public, "Carl Contact", reason, "192.0.2.1"
            )
