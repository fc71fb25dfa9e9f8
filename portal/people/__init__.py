"""People with an account. Groups and roles are Django's."""
