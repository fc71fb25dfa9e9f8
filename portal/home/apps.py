from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"

    def ready(self) -> None:
        """Register the checks that refuse an unsafe deployment."""
        from portal import checks  # noqa: F401  # importing registers them
