"""The frame of the simulator's few pages: bare, in the reader's language, without a script."""

from html import escape

from portal.payments.simulator.replies import Reply

HTML = "text/html"
STYLE = """
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }
.note { border: 2px dashed; border-radius: .5rem; padding: .75rem 1rem; }
button { display: block; width: 100%; margin: .75rem 0; padding: .75rem 1rem; font: inherit; text-align: left; }
label { display: block; margin-top: .75rem; font-weight: 600; }
input { display: block; box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; }
a { color: LinkText; overflow-wrap: anywhere; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
"""


def page(*, language: str, title: str, content: str, status: int = 200) -> Reply:
    """A page with a title and some HTML below it."""
    body = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )
    return Reply(status=status, body=body.encode(), content_type=HTML)
