"""For machines: the calculators' part of the public API."""
