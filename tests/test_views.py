import re

from lxml import etree

from odoo.tests import TransactionCase, tagged

ASKED = re.compile(r"record\.(\w+)\.")


@tagged("post_install", "-at_install")
class TestViews(TransactionCase):
    """What a browser would stumble over and Odoo's own checks do not see."""

    def test_cards_ask_for_fields_that_are_there(self):
        """A field that a card asks about, and does not show, has to be declared."""
        views = self.env["ir.ui.view"].search(
            [("type", "=", "kanban"), ("model", "=like", "performance.%")]
        )
        self.assertTrue(views)
        for view in views.filtered(lambda view: view.mode == "primary"):
            arch = etree.fromstring(view.get_combined_arch())
            there = {node.get("name") for node in arch.iter("field")}
            attributes = " ".join(
                value for node in arch.iter() for value in node.attrib.values()
            )
            with self.subTest(view=view.xml_id):
                self.assertFalse(set(ASKED.findall(attributes)) - there)
