"""What a customer sends when deciding, checked before anything is written.

The pages are open to whoever has the link: texts can be of any size and any type.
"""

import base64
import binascii
import io

from PIL import Image

from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

NAME_LIMIT = 120
REASON_LIMIT = 5000
# of a drawn signature; the browser sends some 30 kB
SIGNATURE_LIMIT = 1_000_000
SIGNATURE_SIDE = 4000
DOCUMENT_LIMIT = 10_000_000
IMAGES = ("image/png", "image/jpeg")
DOCUMENTS = ("application/pdf", *IMAGES)


def clean_text(value):
    """The text without what no column can hold: control characters, half letters.

    :return: the text, stripped; empty for what is no text
    """
    if not isinstance(value, str):
        return ""
    kept = (c if c == "\n" or c.isprintable() else " " for c in value)
    return "".join(kept).strip()


def clean_name(env, value):
    """The name of who decides.

    :raise UserError: when it is missing or too long to be one
    """
    name = " ".join(clean_text(value).split())
    if not name:
        raise UserError(env._("Please type your name."))
    if len(name) > NAME_LIMIT:
        raise UserError(env._("A name of at most %s characters, please.", NAME_LIMIT))
    return name


def clean_reason(env, value):
    """Why the customer refuses.

    :raise UserError: when it is missing or too long to be read
    """
    reason = clean_text(value)
    if not reason:
        raise UserError(env._("Please say what is missing or wrong."))
    if len(reason) > REASON_LIMIT:
        raise UserError(
            env._(
                "Please shorten the reason to %(limit)s characters; it has %(count)s.",
                limit=REASON_LIMIT,
                count=len(reason),
            )
        )
    return reason


def clean_signature(env, value):
    """A drawn or typed signature.

    :param value: the picture in base64, as the browser sends it
    :return: the same in base64
    :raise UserError: when it is missing, blank, too large or no picture
    """
    if not value or not isinstance(value, str):
        raise UserError(env._("Please sign: the signature is missing."))
    if len(value) > SIGNATURE_LIMIT * 4 // 3:
        raise UserError(env._("The picture of the signature is too large."))
    content = _decode(value)
    if guess_mimetype(content) not in IMAGES:
        raise UserError(env._("The signature is no picture that can be read."))
    if _is_blank(env, content):
        raise UserError(env._("Please sign: the signature is blank."))
    return base64.b64encode(content)


def clean_document(env, value):
    """The scan of a signed document.

    :param value: its content in base64
    :raise UserError: when it is missing, too large or neither PDF nor picture
    """
    if not value:
        raise UserError(env._("Attach the document that the customer signed."))
    content = _decode(value)
    if len(content) > DOCUMENT_LIMIT:
        raise UserError(env._("The document is too large: 10 MB at most."))
    if guess_mimetype(content) not in DOCUMENTS:
        raise UserError(env._("The signed document is a PDF, a PNG or a JPEG file."))
    return base64.b64encode(content)


def _decode(value):
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_blank(env, content):
    """Whether a picture shows nothing at all."""
    try:
        picture = Image.open(io.BytesIO(content))
        if max(picture.size) > SIGNATURE_SIDE:
            raise UserError(env._("The picture of the signature is too large."))
        bands = picture.convert("RGBA").getextrema()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UserError(
            env._("The signature is no picture that can be read.")
        ) from error
    return all(low == high for low, high in bands)
