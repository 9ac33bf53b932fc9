"""Signing in, by a key or by the link that `serve` shows, and out."""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.responses import Response

from service.errors import Unauthorized
from service.operations import sign_in
from service.operations.keys import Scope
from service.web.pages.site import Site, Visit


def register(site: Site) -> None:
    """The addresses of this subject."""
    site.get_public("/sign-in", _form)
    site.post_openly("/sign-in", _sign_in)
    site.post("/sign-out", _sign_out, scope=Scope.READ)


def _form(visit: Visit) -> Response:
    token = (visit.query.get("token") or [""])[0]
    target = _safe((visit.query.get("to") or ["/"])[0])
    # A link is used up by the button alone: whoever looks at links beforehand must not spend it.
    problem = ""
    if token:
        try:
            with visit.guess(token):
                sign_in.check_link(visit.store, token, visit.now)
        except Unauthorized:
            problem, token = visit.t.link_over, ""
    return visit.page("sign_in.html", open_form=True, to=target, problem=problem, link=token)


def _sign_in(visit: Visit) -> Response:
    target = _safe(visit.form.one("to"))
    link, key = visit.form.one("link"), visit.form.one("key").strip()
    try:
        with visit.guess(link or key):
            if link:
                cookie = sign_in.by_link(visit.store, link, visit.now)
            else:
                cookie = sign_in.by_key(visit.store, key, visit.settings.admin_key, visit.now)
    except Unauthorized:
        problem = visit.t.link_over if link else visit.t.key_unknown
        return visit.page(
            "sign_in.html",
            HTTPStatus.UNAUTHORIZED,
            open_form=True,
            to=target,
            problem=problem,
            link="",
        )
    return visit.signed_in(visit.redirect(target), cookie)


def _sign_out(visit: Visit) -> Response:
    return visit.signed_out(visit.redirect("/"))


def _safe(target: str) -> str:
    """A path of ours to go on to; anything that could lead elsewhere becomes the agenda."""
    if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", target):
        return target
    return "/"
