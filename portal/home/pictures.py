"""Pictures that editors upload: redrawn, so that every page can show them and they say nothing but what is seen."""

from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.static import serve
from PIL import Image, ImageCms, ImageOps
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

QUALITY = 92  # of what is stored; pages show smaller ones made from it


class Undrawable(Exception):
    """What was uploaded cannot be drawn: it is damaged, cut off, or of a kind that nobody can show."""


class PictureField(WagtailImageField):
    """A picture to upload. What cannot be drawn is refused; Wagtail's own field trips over it."""

    def to_python(self, data: Any) -> Any:
        try:
            file = super().to_python(data)
            return file and redrawn(file, name=file.name)
        except ValidationError:
            raise
        except Exception as error:  # decoders raise whatever they come upon
            message = _(
                "This picture cannot be drawn: its file is damaged or incomplete. "
                "Open it in a picture program, save it again, and upload that."
            )
            raise ValidationError(message, code="undrawable") from error


class PictureForm(BaseImageForm):
    """Wagtail's form for a picture, wherever one is uploaded, with a field of our own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if given := self.fields.get("file"):
            self.fields["file"] = PictureField(label=given.label, required=given.required, widget=given.widget)


def redrawn(file: IO[bytes], *, name: str) -> ContentFile[bytes]:
    """Return a picture drawn anew in its own format: upright, in the colours of screens, without anything it was
    stored with, such as where it was taken. Of several frames the first is kept.

    Raises Undrawable.
    """
    out = BytesIO()
    try:
        file.seek(0)
        with Image.open(file) as picture:
            plain = _for_screens(ImageOps.exif_transpose(picture))
            plain.info.clear()
            plain.save(out, picture.format, quality=QUALITY)
    except Exception as error:  # decoders raise whatever they come upon
        raise Undrawable(str(error)) from error
    return ContentFile(out.getvalue(), name=name)


def _for_screens(picture: Image.Image) -> Image.Image:
    """Return a picture in sRGB. A profile that is not of its kind of colours says nothing about them."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if profile := picture.info.get("icc_profile"):
        try:
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            seen = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            seen = None
        if seen is not None:
            return seen
    return picture.convert(mode)


def clean(image: Any) -> None:
    """Redraw a picture that is stored already, and forget whatever was made from it. Raises Undrawable."""
    name = image.file.name
    try:
        with image.open_file() as file:
            image.file = redrawn(file, name=name.rpartition("/")[2])
    except OSError as error:
        raise Undrawable(str(error)) from error
    image._set_image_file_metadata()
    image.save()
    image.file.storage.delete(name)
    image.renditions.all().delete()


def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with a picture that a page shows, and with nothing of what lies beside these: certificates and documents
    are handed out elsewhere, to whom they are for."""
    return serve(request, name, document_root=str(settings.MEDIA_ROOT / "images"))
