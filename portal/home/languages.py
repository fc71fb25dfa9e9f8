"""A page in all its languages: one is the original, and those in other languages follow it.

Wagtail copies words to the pages that stand in (aliases), wagtail-localize to translations, and both leave the rest to
whoever thinks of it. What is no matter of language is held here, by signals, so that it holds from wherever it is done:
whether a page is public, who may read it, its address, its place, and that it is there at all.

The original is the page that others were translated from; if none was, the one in the portal's own language.
"""

import logging
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail.coreutils import find_available_slug
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move
from wagtail_localize.models import TranslationSource
from wagtail_localize.synctree import create_aliases_for_new_page

logger = logging.getLogger(__name__)
HOME = 2  # the depth of first pages, whose addresses name their languages


def _others(page: Page) -> QuerySet[Any]:
    """Return the same page in other languages."""
    return Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)


def _locale_of_original(page: Page) -> int | None:
    """Return the locale of the original of a page, wherever that page is."""
    key = page.translation_key
    told = TranslationSource.objects.filter(object_id=key).values_list("locale", flat=True).first()
    own = Page.objects.filter(translation_key=key, locale__language_code=settings.LANGUAGE_CODE, alias_of=None)
    return told or own.values_list("locale", flat=True).first()


def _original(page: Page) -> Page | None:
    """Return the page that a page follows, if it follows one."""
    if page.alias_of_id:
        return Page.objects.filter(pk=page.alias_of_id).first()
    return _others(page).filter(locale=_locale_of_original(page)).first()


def followers(page: Page) -> QuerySet[Any]:
    """Return the pages in other languages that follow a page: all if it is the original, else what stands in for it."""
    others = _others(page)
    return others if page.locale_id == _locale_of_original(page) else others.filter(alias_of=page)


# --- Whether it is public


@receiver(pre_save)
def hold_back(instance: Any, raw: bool = False, **_kwargs: Any) -> None:
    """Keep a page from being public before its original is, or after. Wagtail makes aliases public with any version
    of their page, one that is published later as well.

    What stands in is as old as the page it stands in for, whenever it was made.
    """
    if raw or not isinstance(instance, Page):
        return
    original = _original(instance)
    if original is not None:
        instance.live = instance.live and original.live
        if instance.alias_of_id:
            instance.first_published_at = original.first_published_at


@receiver(page_published)
def lead(instance: Page, alias: bool = False, **_kwargs: Any) -> None:
    """Take the pages along that follow a page which was published: translations that were published before it and held
    back, then its address in all languages. What waits for translation is known from here on.
    """
    if alias:
        return
    for source in TranslationSource.objects.filter(object_id=instance.translation_key, locale=instance.locale_id):
        source.update_from_db()
    if not instance.live:
        return
    for held in followers(instance).filter(live=False, live_revision__isnull=False):
        held.live_revision.publish()
    if instance.depth > HOME:
        for follower in followers(instance).exclude(slug=instance.slug).specific():
            _readdress(follower, slug=instance.slug)


def _readdress(page: Page, *, slug: str) -> None:
    page.slug = find_available_slug(page.get_parent(), slug, ignore_page_id=page.pk)
    page.save(clean=False)


@receiver(page_unpublished)
def withdraw(instance: Page, **_kwargs: Any) -> None:
    """Withdraw a page in all languages with its original."""
    for follower in followers(instance).filter(live=True):
        follower.unpublish()
    followers(instance).update(live_revision=None)  # what was held back is not published by itself any more


# --- Who may read it


@receiver(post_save, sender=PageViewRestriction)
def share_restriction(instance: PageViewRestriction, raw: bool = False, **_kwargs: Any) -> None:
    """Ask for the same password, or to sign in, in all languages."""
    if raw:
        return
    for other in _others(instance.page):
        same = other.view_restrictions.first() or PageViewRestriction(page=other)
        is_new = same.pk is None
        if (same.restriction_type, same.password) != (instance.restriction_type, instance.password):
            same.restriction_type, same.password = instance.restriction_type, instance.password
            same.save()
        if is_new:
            same.groups.set(instance.groups.all())


@receiver(m2m_changed, sender=PageViewRestriction.groups.through)
def share_groups(instance: Any, action: str, **_kwargs: Any) -> None:
    """Let the same groups read a page in all languages."""
    if action.startswith("post_") and isinstance(instance, PageViewRestriction):
        groups = set(instance.groups.all())
        for same in PageViewRestriction.objects.filter(page__in=_others(instance.page)):
            if set(same.groups.all()) != groups:
                same.groups.set(groups)


@receiver(post_delete, sender=PageViewRestriction)
def lift_restriction(instance: PageViewRestriction, origin: Any = None, **_kwargs: Any) -> None:
    """Open a page in all languages, if somebody opened it: not if it was deleted with what kept it closed."""
    if origin is instance:
        PageViewRestriction.objects.filter(page__in=_others(instance.page)).delete()


# --- Where it is, and that it is there


@receiver(post_page_move)
def move_along(instance: Page, parent_page_before: Page, parent_page_after: Page, **_kwargs: Any) -> None:
    """Move a page in all languages, where there is a place for it in them."""
    if parent_page_before.translation_key == parent_page_after.translation_key:  # another order, or language
        return
    for key in list(_others(instance).values_list("pk", flat=True)):
        other = Page.objects.get(pk=key)
        there = Page.objects.filter(translation_key=parent_page_after.translation_key, locale=other.locale_id).first()
        if there is None or other.get_parent().translation_key != parent_page_before.translation_key:
            continue
        if there.get_children().filter(slug=other.slug).exists():
            logger.warning("page %s stays where it is: its address is taken where page %s is now", key, instance.pk)
            continue
        other.move(there, pos="last-child")


@receiver(pre_delete, sender=Page)
def note_stand_ins(instance: Page, **_kwargs: Any) -> None:
    """Note what stands in for a page, before Wagtail makes pages of their own of them."""
    instance.stand_ins = list(_others(instance).filter(alias_of=instance).values_list("pk", flat=True))


@receiver(post_delete, sender=Page)
def delete_stand_ins(instance: Page, **_kwargs: Any) -> None:
    """Delete what stood in for a page in other languages. Translations are somebody's work, and stay as drafts."""
    for stand_in in Page.objects.filter(pk__in=instance.stand_ins):
        stand_in.delete()


def stand_in_for_copies(page: Page) -> None:
    """Let a copy and all below it stand in for itself in other languages, as every new page does."""
    for each in page.get_descendants(inclusive=True).specific():
        create_aliases_for_new_page(each)
