"""The running portal in a real browser: nothing of Django is imported, nothing is looked up behind its back."""
