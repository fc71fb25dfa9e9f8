"""Pictures: what cannot be drawn is refused where it is uploaded, and takes no page down if it is there already."""

import gc
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image as Drawing
from PIL import ImageCms
from wagtail.images.models import Image

from portal.projects.models import ProjectPage
from tests.pages import Page
from tests.projects.test_editing import story_form
from tests.world import World

pytestmark = [
    pytest.mark.stores,
    # Wagtail leaves the file of a drawing that failed for the garbage collector to close: see `collected`.
    pytest.mark.filterwarnings("ignore:unclosed file <(tempfile.SpooledTemporaryFile|_io):ResourceWarning"),
]

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GPS = 0x8825
ORIENTATION = 0x0112
MAKER = 0x010F
REFUSED = (
    "This picture cannot be drawn: its file is damaged or incomplete. Open it in a picture program, save it again, "
    "and upload that."
)


def drawn(kind: str = "JPEG", *, mode: str = "RGB", size: tuple[int, int] = (400, 300), **saved: Any) -> bytes:
    """A picture as a camera or a print shop saves it."""
    out = BytesIO()
    seen = Drawing.linear_gradient("L").resize(size).convert("RGB").convert(mode)
    if mode == "RGBA":
        seen.putalpha(128)
    seen.save(out, kind, **saved)
    return out.getvalue()


def by_telephone() -> bytes:
    """A photograph that lies on its side and says where it was taken, and with what."""
    exif = Drawing.Exif()
    exif[GPS] = {1: "S", 2: (33.0, 26.0, 16.0), 3: "W", 4: (70.0, 39.0, 1.0)}
    exif[MAKER] = "Telephone"
    exif[ORIENTATION] = 6
    return drawn(exif=exif, icc_profile=SRGB, comment=b"a private note")


def for_print() -> bytes:
    """A picture in four colours with the profile of a screen, as some print shops' programs save it."""
    return drawn(mode="CMYK", icc_profile=SRGB)


def cut_off() -> bytes:
    whole = drawn()
    return whole[: len(whole) // 2]


def stored(content: bytes) -> Image:
    """A picture that came in before anybody looked at what was uploaded, or broke where it lies."""
    image: Image = Image.objects.create(title="A turbine", file=ImageFile(BytesIO(drawn()), name="turbine.jpg"))
    Path(image.file.path).write_bytes(content)
    image.file.close()
    return image


def thumbnail_of(image: Image) -> Path:
    """What the desk shows of a picture."""
    thumbnail = image.get_rendition("max-165x165")
    thumbnail.file.close()
    return Path(thumbnail.file.path)


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What a failed drawing leaves open is closed while nobody minds."""
    yield
    gc.collect()


@pytest.fixture
def editor(world: World, client: Client) -> Client:
    """A browser in which Eda, an editor, is signed in."""
    client.force_login(world.eda)
    return client


def upload(editor: Client, content: bytes, *, name: str = "turbine.jpg", to: str = "wagtailimages:add") -> Any:
    return editor.post(reverse(to), {"title": "A turbine", "file": SimpleUploadedFile(name, content, "image/jpeg")})


def kept(image: Image) -> Drawing.Image:
    with image.open_file() as file:
        return Drawing.open(BytesIO(file.read()))


# --- Taken in


def test_a_picture_in_four_colours_is_taken_in_the_colours_of_screens(editor: Client) -> None:
    assert upload(editor, for_print()).status_code == 302
    image = Image.objects.get()
    assert (kept(image).mode, kept(image).size, kept(image).format) == ("RGB", (400, 300), "JPEG")
    assert (image.width, image.height, image.file_size) == (400, 300, image.file.size)


def test_a_picture_is_kept_without_where_it_was_taken(editor: Client) -> None:
    assert upload(editor, by_telephone()).status_code == 302
    image = Image.objects.get()
    assert (image.width, image.height) == (300, 400)  # upright, as it was seen
    assert dict(kept(image).getexif()) == {}
    assert {"icc_profile", "comment", "exif", "xmp"} & kept(image).info.keys() == set()
    with Drawing.open(thumbnail_of(image)) as thumbnail:
        assert dict(thumbnail.getexif()) == {}


def test_each_kind_stays_what_it_is(editor: Client) -> None:
    for kind, name in (("PNG", "a.png"), ("WEBP", "a.webp"), ("AVIF", "a.avif"), ("JPEG", "a.jpeg")):
        exif = Drawing.Exif()
        exif[MAKER] = "Telephone"
        see_through = kind != "JPEG"
        content = drawn(kind, mode="RGBA" if see_through else "RGB", size=(40, 30), exif=exif)
        assert upload(editor, content, name=name).status_code == 302, kind
        image = kept(Image.objects.latest("pk"))
        assert (image.format, image.mode) == (kind, "RGBA" if see_through else "RGB"), kind
        assert dict(image.getexif()) == {}, kind


@pytest.mark.usefixtures("contexts")
def test_a_picture_that_is_cut_off_is_refused_beside_its_file(editor: Client) -> None:
    answer = upload(editor, cut_off())
    assert answer.status_code == 200
    assert answer.context["form"].errors == {"file": [REFUSED]}
    assert not Image.objects.exists()


def test_all_doors_for_pictures_refuse_alike(editor: Client) -> None:
    several = editor.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "A turbine", "files[]": SimpleUploadedFile("turbine.jpg", cut_off(), "image/jpeg")},
    )
    assert (several.json()["success"], REFUSED in several.json()["error_message"]) == (False, True)
    while_writing = editor.post(
        reverse("wagtailimages_chooser:create"),
        {
            "image-chooser-upload-title": "A turbine",
            "image-chooser-upload-file": SimpleUploadedFile("turbine.jpg", cut_off(), "image/jpeg"),
        },
    )
    assert REFUSED in while_writing.content.decode()
    upload(editor, drawn())
    image = Image.objects.get()
    before = image.file.name
    changed = editor.post(
        reverse("wagtailimages:edit", args=[image.pk]),
        {"title": "Another", "file": SimpleUploadedFile("other.jpg", cut_off(), "image/jpeg")},
    )
    assert REFUSED in changed.content.decode()
    image.refresh_from_db()
    assert (image.title, image.file.name) == ("A turbine", before)


def test_a_title_is_changed_and_the_picture_stays(editor: Client) -> None:
    upload(editor, drawn())
    image = Image.objects.get()
    before = image.file.name
    assert editor.post(reverse("wagtailimages:edit", args=[image.pk]), {"title": "Another"}).status_code == 302
    image.refresh_from_db()
    assert (image.title, image.file.name) == ("Another", before)


# --- On pages


@pytest.mark.usefixtures("contexts")
def test_a_photograph_is_described_before_it_is_published(world: World, editor: Client) -> None:
    photograph = stored(drawn())
    address = reverse("wagtailadmin_pages:add", args=["projects", "projectpage", world.indexes["en"].pk])
    form = story_form(world.activity(), hero_image=str(photograph.pk), engraving_alt=" ")
    refused = editor.post(address, {**form, "action-publish": "1"})
    assert refused.context["form"].errors == {
        "engraving_alt": ["Say what the photograph shows, for people who do not see it."]
    }
    assert editor.post(address, form).status_code == 302  # a draft may wait for its description
    story = ProjectPage.objects.get(locale__language_code="en")
    edit = reverse("wagtailadmin_pages:edit", args=[story.pk])
    described = {**form, "engraving_alt": "Three turbines by the sea.", "action-publish": "1"}
    assert editor.post(edit, described).status_code == 302
    story.refresh_from_db()
    assert (story.live, story.engraving_alt) == (True, "Three turbines by the sea.")


def gone() -> bytes:
    return drawn()


@pytest.mark.parametrize("content", [for_print, cut_off, gone])
def test_a_picture_that_cannot_be_drawn_is_left_out(
    world: World, client: Client, content: Callable[[], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    image = stored(content())
    if content is gone:
        Path(image.file.path).unlink()
    block = ("image", {"image": image, "alt": "A turbine.", "caption": "Seen from the sea"})
    story = world.story(hero_image=image, engraving_alt="A turbine.", body=[block, ("heading", "What it does")])
    world.listing(activity=story.activity)
    for address in ("/en/", "/en/projects/", "/en/projects/wind-over-the-pacific/", "/fr/projects/"):
        answer = client.get(address)
        page = Page(answer)
        assert page.status == 200, address
        assert "Wind over the Pacific" in page.main, address
        assert "/media/" not in page.source, address
        assert "Seen from the sea" not in page.main, address
        assert "/static/art/engravings/wind.svg" in page.source, address
    assert f"picture {image.pk} cannot be drawn" in caplog.text


def test_a_picture_is_shown_in_several_sizes(world: World, client: Client) -> None:
    image = stored(drawn())
    block = ("image", {"image": image, "alt": "Seen from the sea.", "caption": "At noon"})
    story = world.story(hero_image=image, engraving_alt="A turbine.", body=[block])
    world.listing(activity=story.activity)
    page = Page(client.get("/en/projects/wind-over-the-pacific/"))
    hero = page.soup.select_one(".story-hero img")
    assert hero is not None
    assert (hero["alt"], hero["sizes"], len(str(hero["srcset"]).split(", "))) == ("A turbine.", "100vw", 3)
    assert page.soup.select_one(".story-image img")["alt"] == "Seen from the sea."  # type: ignore[index]
    card = Page(client.get("/en/projects/")).soup.select_one("article .plate img")
    assert card is not None
    assert (card["alt"], len(str(card["srcset"]).split(", "))) == ("", 2)


# --- Those that were there before


def test_pictures_from_before_are_redrawn_by_a_command(world: World, django_capture_on_commit_callbacks: Any) -> None:
    photograph, broken, lost = stored(by_telephone()), stored(cut_off()), stored(drawn())
    shown = thumbnail_of(photograph)
    Path(lost.file.path).unlink()
    told = StringIO()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("clean_pictures", stdout=told)
    lines = told.getvalue().splitlines()
    assert lines[0] == f"{photograph.pk} A turbine: redrawn"
    assert [line.split(":")[0] for line in lines[1:]] == [f"{broken.pk} A turbine", f"{lost.pk} A turbine"]
    photograph.refresh_from_db()
    assert dict(kept(photograph).getexif()) == {}
    assert (photograph.width, photograph.height) == (300, 400)
    assert not shown.exists()


def test_beside_pictures_nothing_is_handed_out(client: Client, settings: Any) -> None:
    """An address that leads out of the folder of pictures, however it is written, leads to nobody's documents."""
    for name in ("images/turbine.txt", "documents/board-only.txt", "certificates/7KQ2-v1.pdf", "secret.txt"):
        (settings.MEDIA_ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.MEDIA_ROOT / name).write_text(name)
    shown = client.get("/media/images/turbine.txt")
    assert b"".join(shown.streaming_content) == b"images/turbine.txt"
    for way in ("..", "%2e%2e", "x/../..", "..%2f..%2fmedia"):
        for name in ("documents/board-only.txt", "certificates/7KQ2-v1.pdf", "secret.txt"):
            answer = client.get(f"/media/images/{way}/{name}")
            assert (answer.status_code, answer.streaming) == (400, False), (way, name)
