def clean_html(html: str) -> str:
    raise NotImplementedError
