"""What the documentation site needs beyond its pages: formulas as MathML, and the HTTP API from its own description.

`mkdocs.yml` names this file as a hook; nothing here is fetched.
"""

from __future__ import annotations

import json
import re
from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

FORMULA = re.compile(r"^```math\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Formulas, written as LaTeX, become MathML, which browsers set without any script."""
    return FORMULA.sub(lambda found: convert(found[1].strip(), display="block"), markdown)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """The page on the HTTP API, and its description as JSON, from the application itself."""
    described = openapi()
    files.append(File.generated(config, "http-api.md", content=http_page(described)))
    files.append(File.generated(config, "openapi.json", content=json.dumps(described, indent=1)))
    return files


def openapi() -> dict[str, Any]:
    """The description that `vedette serve` gives of itself."""
    from vedette.web import Desk, make_app
    from vedette.workflows import Study

    described: dict[str, Any] = make_app(Desk(Study.of())).openapi()
    return described


def http_page(described: dict[str, Any]) -> str:
    """Every question the API answers: what it takes and what it gives."""
    about_it = (
        "`vedette serve` answers these questions; [the web map](web.md) asks nothing else. The full"
        " description is [openapi.json](openapi.json), and a running server has it at `/api/openapi.json`.\n"
    )
    out = ["# HTTP\n", about_it]
    for path, methods in described["paths"].items():
        for method, asked in methods.items():
            out.append(f"## `{method.upper()} {path}`\n")
            about = asked.get("description") or asked.get("summary") or ""
            out.append(f"{about}\n")
            if asked.get("parameters"):
                out += ["| name | in | type | what |", "|---|---|---|---|"]
                out += [
                    f"| `{p['name']}` | {p['in']}{', needed' if p.get('required') else ''} | {_type(p['schema'])} "
                    f"| {' '.join(str(p.get('description') or '').split())} |"
                    for p in asked["parameters"]
                ]
                out.append("")
            gives = []
            for status, answer in asked["responses"].items():
                kinds = ", ".join(_given(kind, body) for kind, body in answer.get("content", {}).items())
                gives.append(f"{status}: {' '.join(answer['description'].split())}{f' ({kinds})' if kinds else ''}")
            out.append("Answers " + "; ".join(gives) + ".\n")
    return "\n".join(out)


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "anyOf" in schema:
        return " or ".join(_type(s) for s in schema["anyOf"] if s.get("type") != "null")
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _given(kind: str, body: dict[str, Any]) -> str:
    schema = body.get("schema", {})
    return f"`{kind}`" + (f", {_type(schema)}" if schema else "")
