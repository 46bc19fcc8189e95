"""A page with every widget of the Wagtail admin that the demo site has no use for."""

from django import forms
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel, MultipleChooserPanel
from wagtail.admin.widgets import AdminDateInput
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import DraftStateMixin, Orderable, Page, PreviewableMixin, RevisionMixin
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet


class Badge(PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    name = models.CharField(max_length=80)
    since = models.DateField(null=True, blank=True)
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="badge")

    panels = [FieldPanel("name"), FieldPanel("since")]

    def __str__(self):
        return self.name

    def get_preview_template(self, request, mode_name):
        return "lab/badge.html"


class BadgeForm(forms.ModelForm):
    class Meta:
        model = Badge
        fields = ("name", "since")
        widgets = {"since": AdminDateInput}


class BadgeChooserViewSet(SnippetChooserViewSet):
    creation_form_class = BadgeForm


class BadgeViewSet(SnippetViewSet):
    model = Badge
    chooser_viewset_class = BadgeChooserViewSet


register_snippet(BadgeViewSet)


class LabPage(Page):
    template = "lab/lab_page.html"

    day = models.DateField(null=True, blank=True)
    hour = models.TimeField(null=True, blank=True)
    moment = models.DateTimeField(null=True, blank=True)
    target = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    paper = models.ForeignKey(
        "wagtaildocs.Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    badge = models.ForeignKey(
        Badge, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = RichTextField(blank=True)
    body = StreamField(
        [
            ("heading", blocks.CharBlock()),
            ("text", blocks.RichTextBlock()),
            ("html", blocks.RawHTMLBlock()),
            ("day", blocks.DateBlock()),
            ("hour", blocks.TimeBlock()),
            ("moment", blocks.DateTimeBlock()),
            ("choice", blocks.ChoiceBlock(choices=[("a", "A"), ("b", "B")])),
            ("page", blocks.PageChooserBlock()),
            ("image", ImageChooserBlock()),
            ("document", DocumentChooserBlock()),
            ("badge", SnippetChooserBlock(Badge)),
            ("embed", EmbedBlock()),
            ("table", TableBlock()),
            ("typed_table", TypedTableBlock([("text", blocks.CharBlock())])),
            ("list", blocks.ListBlock(blocks.DateBlock())),
        ],
        blank=True,
    )

    content_panels = [
        *Page.content_panels,
        *(FieldPanel(name) for name in ("day", "hour", "moment")),
        *(FieldPanel(name) for name in ("target", "picture", "paper", "badge", "text", "body")),
        InlinePanel("steps", label="Step"),
        MultipleChooserPanel("pictures", chooser_field_name="picture", label="Picture"),
    ]


class Step(Orderable):
    page = ParentalKey(LabPage, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=80)
    day = models.DateField(null=True, blank=True)
    target = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    panels = [FieldPanel(name) for name in ("name", "day", "target", "picture")]


class Picture(Orderable):
    page = ParentalKey(LabPage, on_delete=models.CASCADE, related_name="pictures")
    picture = models.ForeignKey("wagtailimages.Image", on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("picture")]


@register_setting
class Contact(BaseSiteSetting):
    email = models.EmailField(blank=True)
    target = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    panels = [FieldPanel("email"), FieldPanel("target")]
