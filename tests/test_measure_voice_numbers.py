from functools import partial

from odoo.tests import tagged

from .voice_common import VoiceCommon


@tagged("post_install", "-at_install")
class TestVoiceNumbers(VoiceCommon):
    """Queries do not grow with the number of answers."""

    def _ratings(self, number):
        self.env["rating.rating"].flush_model()
        ratings = self.env["rating.rating"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": self.deal.id,
                    "partner_id": self.ann.id,
                    "rated_partner_id": self.user_sales.partner_id.id,
                }
                for _number in range(number)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return ratings

    def _queries(self, call):
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_feeding(self):
        def give(ratings):
            self._rate(ratings, 4)

        give(self._ratings(2))
        few, many = (
            self._queries(partial(give, ratings))
            for ratings in (self._ratings(5), self._ratings(200))
        )
        self.assertLessEqual(many, few + 5)

    def test_collecting(self):
        def collect(number):
            self._rate(self._ratings(number), 4)
            self.Voice.search([]).unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            return self._queries(self.Voice._collect)

        collect(2)
        few, many = collect(5), collect(200)
        self.assertLessEqual(many, few + 8)

    def test_lists(self):
        fields = {
            name: {"fields": {"display_name": {}}}
            if self.Voice._fields[name].type == "many2one"
            else {}
            for name in (
                "answered_at",
                "commercial_partner_id",
                "employee_id",
                "kind",
                "percent",
                "bucket",
                "comment",
                "source",
                "invalid_reason",
            )
        }

        def read(number):
            self.Voice.search([]).unlink()
            self._rate(self._ratings(number), 2)
            for user in (self.user_hr, self.user_manager):
                voices = self.Voice.with_user(user)
                self.env.flush_all()
                self.env.invalidate_all()
                counts = self._queries(
                    lambda v=voices: v.web_search_read([], fields, limit=80)
                )
                yield counts
                self.assertLess(counts, 25)

        list(read(2))
        self.assertEqual(list(read(3)), list(read(70)))

    def test_drawing(self):
        program = self._program(share=50)

        def draw(number):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"P{number}-{n}", "email": f"p{number}-{n}@c.example"}
                    for n in range(number)
                ]
            )
            leads = self.env["crm.lead"].create(
                [
                    {
                        "name": "Deal",
                        "type": "opportunity",
                        "company_id": self.company.id,
                        "team_id": self.team.id,
                        "user_id": self.user_sales.id,
                        "partner_id": partner.id,
                    }
                    for partner in partners
                ]
            )
            leads.action_set_won()
            self.env.flush_all()
            self.env.invalidate_all()
            return self._queries(program._draw)

        draw(4)
        few, many = draw(8), draw(100)
        self.assertLessEqual(many, few + 40)
