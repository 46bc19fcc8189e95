from wagtail import blocks


class CalloutBlock(blocks.StructBlock):
    """A block that only this site has."""

    text = blocks.TextBlock()

    class Meta:
        icon = "warning"
