"""Scripts and styles of the WebUI and of extensions, put into Gradio's page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from modules import paths, scripts


def webpath(path: str) -> str:
    return f"file={path}?{Path(path).stat().st_mtime}"


def javascript_html() -> str:
    """Classic, blocking tags in the head, the WebUI's own first."""
    own = [str(Path(paths.script_path) / "page" / name) for name in ("script.js", "input-accordion.js", "ui.js")]
    theirs = [file.path for file in scripts.list_scripts("javascript", ".js")]
    tags = [f'<script type="text/javascript" src="{webpath(path)}"></script>' for path in own + theirs]
    modules = [file.path for file in scripts.list_scripts("javascript", ".mjs")]
    tags += [f'<script type="module" src="{webpath(path)}"></script>' for path in modules]
    return "\n".join(tags)


def css_html() -> str:
    files = scripts.list_files_with_name("style.css")
    return "".join(f'<link rel="stylesheet" property="stylesheet" href="{webpath(path)}">' for path in files)


_original_response = gr.routes.templates.TemplateResponse


def reload_javascript() -> None:
    """From now on every page carries the scripts and styles as they are now."""
    script, style = javascript_html(), css_html()

    def template_response(*args: Any, **kwargs: Any) -> Any:
        response = _original_response(*args, **kwargs)
        response.body = response.body.replace(b"</head>", f"{script}</head>".encode())
        response.body = response.body.replace(b"</body>", f"{style}</body>".encode())
        response.init_headers()
        return response

    gr.routes.templates.TemplateResponse = template_response
