"""After every story, money and units are where they belong."""

from tests.checkout.soundness import soundness

__all__ = ["soundness"]
