"""What of a mail was written by whoever sent it."""

from lxml import etree, html

# Odoo marks quotes when it stores a mail
_QUOTES = "//*[@data-o-mail-quote] | //blockquote"


def own_words(body):
    """The HTML of a message without what it quotes.

    :param str body: HTML, sanitized or not
    :return: HTML; empty where nothing is left
    """
    if not body.strip():
        return ""
    try:
        tree = html.fragment_fromstring(body, create_parent="div")
    except (etree.LxmlError, ValueError):
        return ""
    for node in tree.xpath(_QUOTES):
        if node.getparent() is not None:
            node.drop_tree()
    return etree.tostring(tree, encoding="unicode", method="html")
