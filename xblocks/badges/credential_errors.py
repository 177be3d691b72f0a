"""What can be wrong with a credential, a key or a picture: a small tree of named errors that say what to do next."""

from __future__ import annotations

from xblocks.base.problems import Problem


class CredentialError(ValueError):
    """Something about a credential cannot be used as it is.

    Attributes:
        problem: an English sentence from the catalogue with its parameters; whoever shows it translates it.
    """

    def __init__(self, message: str, **params: object) -> None:
        self.problem = Problem("", message, params)
        super().__init__(self.problem.sentence())


class UnreadableError(CredentialError):
    """What was uploaded is not text or JSON that can be read, or is larger than a credential may be."""


class UnknownContextError(CredentialError):
    """A document names a context that does not come along with this package. Contexts are never fetched."""


class UnsignedContentError(CredentialError):
    """A document holds something that its signature would not cover, so nobody could rely on it."""


class TooTangledError(CredentialError):
    """A document is made so that putting it in its canonical form would take too long."""


class KeyRefusedError(CredentialError):
    """A key is of a kind that badges are not signed with, or is not written as a public key is."""


class ProofRefusedError(CredentialError):
    """A signature does not belong to the document, or is of a kind that is not accepted."""


class StatusListError(CredentialError):
    """A status list cannot be read, or does not say anything about the credential."""


class PictureRefusedError(CredentialError):
    """A picture is not a PNG or SVG that a badge can be baked into or taken out of."""
