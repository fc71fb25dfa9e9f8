"""The demo's pages in other languages: translations with sources, as if translators had left them on the desk.

The pages are filled by wagtail-localize, as its previews and *Sync translated pages* fill them. What it knows of their
words is written here, a page at a time: by itself it looks each one up and writes it alone, for many seconds.
"""

import json
from collections.abc import Iterable, Mapping

from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    OverridableSegment,
    String,
    StringSegment,
    StringTranslation,
    Template,
    TemplateSegment,
    TranslatableObject,
    Translation,
    TranslationContext,
    TranslationSource,
    get_schema_version,
)
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.extract import extract_segments


def publish(page: Page, *, versions: Mapping[Locale, Page]) -> None:
    """Publish a page in other languages, each in the words of a version of it that is saved nowhere.

    Raises ValueError if a version has not as many words as the page.
    """
    source = _source(page)
    segments = _keep_segments(source)
    for locale, version in versions.items():
        _keep_words(source, segments, locale=locale, version=version)
        page.copy_for_translation(locale)
        source.get_ephemeral_translated_instance(locale).save_revision().publish()


def _source(page: Page) -> TranslationSource:
    known, _is_new = TranslatableObject.objects.get_or_create_from_instance(page)
    return TranslationSource.objects.create(
        object=known,
        specific_content_type=page.cached_content_type,
        locale=page.locale,
        object_repr=page.title,
        content_json=page.to_json(),
        schema_version=get_schema_version(page._meta.app_label),
        last_updated_at=timezone.now(),
    )


def _keep_segments(source: TranslationSource) -> list[StringSegment]:
    """Keep what a page consists of, and return what of it is to be translated, in its order."""
    values = extract_segments(source.as_instance())
    contexts = _contexts(source, [value.path for value in values])
    words = [value for value in values if isinstance(value, StringSegmentValue)]
    strings = _strings(source, [value.string.data for value in words])
    segments = [
        StringSegment(
            source=source,
            context=contexts[value.path],
            order=value.order,
            string=strings[value.string.data],
            attrs=json.dumps(value.attrs),
        )
        for value in words
    ]
    shapes = [value for value in values if isinstance(value, TemplateSegmentValue)]
    templates = {
        value.template: Template.from_value(value) for value in {each.template: each for each in shapes}.values()
    }
    TemplateSegment.objects.bulk_create(
        TemplateSegment(
            source=source, context=contexts[value.path], order=value.order, template=templates[value.template]
        )
        for value in shapes
    )
    for value in values:
        if isinstance(value, OverridableSegmentValue):
            OverridableSegment.from_value(source, value)
    return StringSegment.objects.bulk_create(segments)


def _contexts(source: TranslationSource, paths: Iterable[str]) -> dict[str, TranslationContext]:
    rows = [
        TranslationContext(object_id=source.object_id, path=path, path_id=TranslationContext._get_path_id(path))
        for path in dict.fromkeys(paths)
    ]
    return {row.path: row for row in TranslationContext.objects.bulk_create(rows)}


def _strings(source: TranslationSource, texts: Iterable[str]) -> dict[str, String]:
    """Keep texts once, whatever page they stand on."""
    hashes = {String._get_data_hash(text): text for text in texts}
    rows = (String(locale=source.locale, data_hash=key, data=text) for key, text in hashes.items())
    String.objects.bulk_create(rows, ignore_conflicts=True)
    return {row.data: row for row in String.objects.filter(locale=source.locale, data_hash__in=hashes)}


def _keep_words(source: TranslationSource, segments: Iterable[StringSegment], *, locale: Locale, version: Page) -> None:
    """Keep what stands in a version for each text of a page."""
    Translation.objects.create(source=source, target_locale=locale)
    version.locale = locale
    read = type(version).from_json(version.to_json(), check_fks=False)  # with the names of blocks that a saved page has
    words = [value for value in extract_segments(read) if isinstance(value, StringSegmentValue)]
    StringTranslation.objects.bulk_create(
        StringTranslation(
            translation_of=segment.string,
            context=segment.context,
            locale=locale,
            data=value.string.data,
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
        )
        for segment, value in zip(segments, words, strict=True)
    )
