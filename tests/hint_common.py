from odoo.tests import tagged

from .voice_common import VoiceCommon


@tagged("post_install", "-at_install")
class HintCommon(VoiceCommon):
    """A company that wants text hints; complaints of Ann with Sam responsible."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Hint = cls.env["performance.text.hint"]
        cls.complaints = cls.env["performance.complaint"]
        cls.company.performance_hint_provider = "words"

    @classmethod
    def _file(cls, text="The delivery was late and not good", **values):
        """A complaint in the words of the customer."""
        return cls.complaints.create(
            {
                "name": "Complaint",
                "description": text,
                "channel": "portal",
                "partner_id": cls.ann.id,
                "employee_id": cls.sales.id,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def _write_to(cls, complaint, body, author=None, **values):
        """A message through the portal, by default of the customer."""
        message = (
            complaint.with_user(cls.public)
            .sudo()
            .message_post(
                body=body,
                author_id=(author or cls.ann).id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                **values,
            )
        )
        return message.with_env(complaint.env)

    @classmethod
    def _say(cls, comment, rate=2, **values):
        """An answer of the customer with a comment."""
        rating = cls._rating(**values)
        cls._rate(rating, rate, feedback=comment)
        return cls._voice(rating)

    @classmethod
    def _hints(cls, record):
        name = "voice_id" if record._name == "performance.voice" else "complaint_id"
        return cls.Hint.search([(name, "in", record.ids)])

    def _assert_marks(self, hint, *expected):
        """The words of the text that are marked, with their kinds."""
        marks = [(hint.text[s.start : s.end], s.kind) for s in hint._spans()]
        self.assertEqual(marks, list(expected))
