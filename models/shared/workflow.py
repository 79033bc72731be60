"""The plain data that describes a state machine; no ORM here."""

from dataclasses import dataclass


class EngineToken:
    """Proof that a write comes from the workflow engine.

    It travels in the context. A context that arrives by RPC is made of JSON values and
    can never hold this object, so a client cannot forge it.
    """

    def __repr__(self):
        return "<workflow engine>"


ENGINE = EngineToken()


@dataclass(frozen=True)
class Transition:
    """One allowed move of a record.

    :param sources: states the record may be in before
    :param target: state it is in afterwards
    :param needs_reason: whether the person who moves it has to say why
    """

    sources: tuple[str, ...]
    target: str
    needs_reason: bool = False
