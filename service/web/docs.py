"""/openapi.json and /docs: the API described for programs and for people.

The document is made once, from the routes that are really there and the tables of web.schemas. The
page is rendered from the same document, without a script, so that it works offline and under the
Content-Security-Policy of every page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute

from service import version
from service.web import schemas
from service.web.language import language
from service.web.layout import surroundings, templates

if TYPE_CHECKING:
    from service.settings import Settings

_INTRODUCTION = """\
A calendar of what is coming. JSON in UTF-8; times in RFC 3339. Whoever adds events by a program \
needs a key, made by `horizon keys create NAME --scope write`, and sends it as \
`Authorization: Bearer …`.

Every error is `application/problem+json` (RFC 9457); of wrong input it tells all faults, each with \
its JSON pointer. An unknown query key is an error too, so that a misspelt filter is not taken for \
none. Besides what is listed, an address that is not there is answered with 404, a method that it \
does not take with 405, and a crash of Horizon's own with 500, in the same form."""


def document(routes: Sequence[BaseRoute], settings: Settings) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    # FastAPI knows which routes there are; what each takes and answers it would have to guess.
    known = get_openapi(title="", version="", routes=routes).get("paths", {})
    paths: dict[str, Any] = {
        path: {
            method: schemas.OPERATIONS[operation["operationId"]].written(
                operation["operationId"], settings.public_read
            )
            for method, operation in operations.items()
        }
        for path, operations in known.items()
    }
    for path, (operation_id, operation) in schemas.BESIDE.items():
        paths[path] = {"get": operation.written(operation_id, settings.public_read)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Horizon",
            "version": version.running(),
            "summary": "A calendar of what is coming, and alerts before it does",
            "description": _INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": settings.base_url}],
        "tags": [{"name": name, "description": text} for name, text in schemas.TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas.COMPONENTS,
            "parameters": schemas.PARAMETERS,
            "headers": schemas.HEADERS,
            "responses": schemas.REFUSALS,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key: `horizon keys create NAME --scope read|write|admin`.",
                }
            },
        },
    }


def router(routes: Sequence[BaseRoute], settings: Settings) -> APIRouter:
    """The two addresses, describing these routes. Each is made when it is first asked for: at the start
    that would be a third of making the application."""
    templates().filters["prose"] = _prose
    addresses = APIRouter()

    @cache
    def described() -> dict[str, Any]:
        return document(routes, settings)

    @cache
    def text() -> str:
        return json.dumps(described(), ensure_ascii=False, separators=(",", ":"))

    @cache
    def page(lang: str) -> str:
        components = [_component(name, schema) for name, schema in schemas.COMPONENTS.items()]
        components.append(_component("Options", schemas.OPTIONS))
        return (
            templates()
            .get_template("docs.html")
            .render(
                **surroundings(lang, settings.base_path, "docs"),
                info=described()["info"],
                groups=list(_groups(described())),
                components=components,
                refusals=[_refusal(name, answer) for name, answer in schemas.REFUSALS.items()],
            )
        )

    @addresses.api_route("/openapi.json", methods=["GET", "HEAD"], include_in_schema=False)
    def openapi() -> Response:
        return Response(
            text(), headers={"Cache-Control": "no-cache"}, media_type="application/json"
        )

    @addresses.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
    def docs(request: Request) -> Response:
        return HTMLResponse(
            page(language(request, settings.language)),
            headers={"Vary": "Accept-Language", "Cache-Control": "no-cache"},
        )

    return addresses


# -- the page's view of the document


def _groups(described: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The operations by their tag, as the template takes them."""
    base_url = described["servers"][0]["url"]
    for tag in described["tags"]:
        yield {
            **tag,
            "operations": [
                _operation(path, method, operation, base_url)
                for path, operations in described["paths"].items()
                for method, operation in operations.items()
                if tag["name"] in operation["tags"]
            ],
        }


def _operation(
    path: str, method: str, operation: Mapping[str, Any], base_url: str
) -> dict[str, Any]:
    body = operation.get("requestBody")
    parameters = [_resolved(parameter) for parameter in operation["parameters"]]
    names = [parameter["$ref"].rsplit("/", 1)[1] for parameter in operation["parameters"]]
    # Tables of their own: the keys of a filter, the options of a calendar, a source.
    shared = {
        parameter["name"]
        for name, parameter in zip(names, parameters, strict=True)
        if name.startswith(("Filter-", "Option-", "Said-"))
    }
    types = list(body["content"]) if body else []
    sent = body["content"][types[0]] if body else {}
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation["description"],
        "scope": operation.get("x-horizon-scope"),
        "open": {} in operation["security"],
        "parameters": [
            {
                "name": parameter["name"],
                "where": parameter["in"],
                "type": _type(parameter["schema"]),
                "description": parameter.get("description", ""),
            }
            for parameter in parameters
            if parameter["name"] not in shared
            # One of the path's that has nothing to be told is seen in it.
            and (parameter["in"] != "path" or parameter.get("description"))
        ],
        "filter": "q" in shared,
        "options": "past" in shared,
        "said": "official" in shared,
        "types": types,
        "body": _name(sent["schema"]) if body else None,
        "sent": _shown(sent["example"]) if body and not _brief(sent["example"]) else None,
        "answers": [
            _answer(status, response) for status, response in operation["responses"].items()
        ],
        "curl": _curl(base_url, path, method, operation, parameters, types),
    }


def _brief(example: Any) -> bool:
    """Whether a body is seen well enough in the command line below it."""
    return not isinstance(example, str) and len(json.dumps(example)) <= _BRIEF


def _answer(status: str, response: Mapping[str, Any]) -> dict[str, Any]:
    resolved = _resolved(response)
    shared = response["$ref"].rsplit("/", 1)[1] if "$ref" in response else None
    content = next(iter(resolved.get("content", {}).items()), None)
    held = content[1] if content else {}
    return {
        "status": status,
        "description": resolved["description"],
        "shared": shared,
        "common": shared in COMMON,
        "type": content[0] if content else "",
        "headers": list(resolved.get("headers", {})),
        "schema": _name(held["schema"]) if "$ref" in held.get("schema", {}) else None,
        "example": _pretty(held["example"]) if "example" in held else None,
    }


def _refusal(name: str, response: Mapping[str, Any]) -> dict[str, Any]:
    held = response["content"][schemas.PROBLEM_TYPE]
    bodies = [example["value"] for example in held["examples"].values()]
    return {
        "name": name,
        "status": bodies[0]["status"],
        "description": response["description"],
        "examples": [_pretty(body) for body in bodies],
    }


# What nearly every operation may answer, which is said once.
COMMON = ("Unauthorized", "TooMany", "Unavailable")
_BRIEF = 120
_BODY = "body.json"
_WIDTH = 100  # of a line of JSON
# What is told only as far as it differs from another.
_LIKE = {
    "CreatedEvent": "Event",
    "EventPatch": "EventInput",
    "FilterInput": "Filter",
    "FeedPatch": "FeedInput",
    "ImportSource": "Source",
    "ImportEntry": "Import",
    "Step": "Change",
}


def _component(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    required = schema.get("required", ())
    rows = [
        {
            "name": key,
            "type": _type(held),
            "required": key in required,
            "description": held.get("description", ""),
        }
        for key, held in schema.get("properties", {}).items()
    ]
    description = schema.get("description", "")
    if like := _LIKE.get(name):
        same = _component(like, schemas.COMPONENTS[like])["rows"]
        rows = [row for row in rows if row not in same]
        description = f"{description} Keys as of `{like}`{', and:' if rows else '.'}".strip()
    return {"name": name, "description": description, "rows": rows}


def _curl(
    base_url: str,
    path: str,
    method: str,
    operation: Mapping[str, Any],
    parameters: list[dict[str, Any]],
    types: list[str],
) -> Markup:
    """A command line that can be tried as it stands, once the key is in $HORIZON_KEY, and a body that
    is shown above it in a file."""
    for parameter in parameters:
        if parameter["in"] == "path":
            value = parameter.get("example", parameter["name"].upper())
            path = path.replace(f"{{{parameter['name']}}}", value)
    known = schemas.OPERATIONS.get(operation["operationId"])
    parts = ["curl"]
    if method != "get":
        parts.append(f"-X {method.upper()}")
    parts.append(f"'{base_url}{path}{known.query if known else ''}'")
    if operation["security"] and {} not in operation["security"]:
        parts.append('-H "Authorization: Bearer $HORIZON_KEY"')
    if types:
        body = operation["requestBody"]["content"][types[0]]["example"]
        option = "--data-binary" if isinstance(body, str) else "-d"
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        quoted = "'" + text.replace("'", "'\\''") + "'"
        sent = quoted if isinstance(body, str) or _brief(body) else f"@{_BODY}"
        parts += [f"-H 'Content-Type: {types[0]}'", f"{option} {sent}"]
    return _code(" ".join(parts))


def _resolved(held: Mapping[str, Any]) -> dict[str, Any]:
    """What a reference into the components names, or the thing itself."""
    if "$ref" not in held:
        return dict(held)
    _, _, kind, name = held["$ref"].split("/")
    table = {"parameters": schemas.PARAMETERS, "responses": schemas.REFUSALS}[kind]
    return dict(table[name])


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"].rsplit("/", 1)[1])


def _type(schema: Mapping[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(choice) for choice in schema["anyOf"]))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join("null" if word is None else str(word) for word in schema["enum"])
    types = schema.get("type", "any")
    word = " or ".join(types) if isinstance(types, list) else str(types)
    if "items" in schema:
        return f"{word} of {_type(schema['items'])}"
    return f"{word} ({schema['format']})" if "format" in schema else word


def _shown(example: Any) -> Markup:
    """A body: a document as it stands, all else as JSON."""
    return _code(example) if isinstance(example, str) else _pretty(example)


def _pretty(value: Any) -> Markup:
    """JSON for people: what is short on one line, the rest indented."""
    return _code(_lines(value, 0))


def _lines(value: Any, depth: int) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(text) <= _WIDTH - depth:
        return text
    begin = "\n" + " " * (depth + 1)
    if isinstance(value, list):
        inner = [_lines(each, depth + 1) for each in value]
    else:
        inner = [f"{json.dumps(key)}: {_lines(each, depth + 1)}" for key, each in value.items()]
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    return f"{opening}{begin}{f',{begin}'.join(inner)}{begin[:-1]}{closing}"


def _code(text: str) -> Markup:
    """Text between tags, where a quotation mark needs no escape: five bytes less for each."""
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _prose(text: str) -> Markup:
    """Text with `code` in it."""
    pieces = str(text).split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )
