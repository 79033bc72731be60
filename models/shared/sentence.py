"""Parts of a sentence put together with the punctuation of the reader's language."""


def with_semicolons(env, parts):
    """``one; two; three``"""
    text, *others = parts
    for other in others:
        text = env._("%(text)s; %(more)s", text=text, more=other)
    return text


def with_commas(env, parts):
    """``one, two, three``"""
    text, *others = parts
    for other in others:
        text = env._("%(text)s, %(more)s", text=text, more=other)
    return text


def full_stop(env, text):
    """``one.``"""
    return env._("%s.", text)
