"""The core: answers in, estimate out. Pure: no Django, no clock, no settings, no network; it knows nobody outside."""
