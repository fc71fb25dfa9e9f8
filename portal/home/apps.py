from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"

    def ready(self) -> None:
        """Register the checks that refuse an unsafe deployment, and what keeps a page the same in all languages."""
        from portal import checks  # noqa: F401  # importing registers them
        from portal.home import languages  # noqa: F401
