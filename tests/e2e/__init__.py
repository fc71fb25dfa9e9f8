"""The running portal in a real browser: nothing of Django is imported here, and nothing is looked up behind its back."""
