"""Redraw pictures that were uploaded before uploads were redrawn."""

from typing import Any

from django.core.management.base import BaseCommand
from wagtail.images import get_image_model

from portal.home import pictures


class Command(BaseCommand):
    help = "Redraw all stored pictures, without where they were taken, and name those that cannot be drawn."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for image in get_image_model().objects.order_by("pk").iterator():
            try:
                pictures.clean(image)
            except pictures.Undrawable as error:
                self.stdout.write(f"{image.pk} {image.title}: {error}")
            else:
                self.stdout.write(f"{image.pk} {image.title}: redrawn")
