"""What all pages work with: one visit (who, in which language, asking what) and how it is answered.

A page's handler takes a Visit and gives a response; what it raises becomes a page too, with the
status that the API would have answered.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.core.access import sign_in
from service.core.dates import when as when_
from service.core.dates.when import InvalidWhen, Precision
from service.core.events import filters, wording
from service.core.events.fields import LANGUAGES
from service.core.events.filters import Filter
from service.core.text.lines import nearest
from service.errors import (
    Forbidden,
    HorizonError,
    InvalidInput,
    Problem,
    StoreUnavailable,
    Unauthorized,
)
from service.operations import sign_in as signing
from service.operations.keys import Caller, Scope
from service.operations.notices import Notices
from service.sentences import Sentence
from service.store import HistoricalReading, Reading
from service.web import asked, problems
from service.web.access import SESSION, Access
from service.web.bodies import body
from service.web.language import CHOSEN, language
from service.web.layout import surroundings, templates
from service.web.pages import forms
from service.web.pages.forms import Form
from service.web.words import Words, told_problems

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from service.operations.second_reader import SecondReader
    from service.settings import Settings
    from service.store import Store
    from service.web.limits import ConcurrencyLimit

log = logging.getLogger(__name__)

STRANGER = "horizon_form"  # what the sign-in form is sealed with, before there is a session
MOST_BYTES = 100_000
MOST_UPLOADED = 21_000_000
_YEAR = 365 * 24 * 3600
NO_FORM = Form([])

# What else may stand in the address of a page of events; what of it is a day.
_BESIDE_FILTERS = ("lang", "at", "as_of", "month", "before", "start")
_DAYS_ASKED = ("at", "month", "before", "start")

Handler = Callable[["Visit"], Response]


@dataclass(frozen=True)
class Site:
    """The tools of all pages."""

    store: Store
    settings: Settings
    access: Access
    notices: Notices
    documents: ConcurrencyLimit
    fetches: ConcurrencyLimit
    now: Callable[[], datetime]
    routes: APIRouter
    reader: SecondReader | None = None

    def get(self, path: str, handler: Handler, *, scope: Scope | None = None) -> None:
        """Answer GET there, for readers or for those signed in with that right."""

        def answer(request: Request) -> Response:
            return self._answer(Visit(self, request), handler, scope)

        self.routes.add_api_route(path, answer, methods=["GET", "HEAD"], include_in_schema=False)

    def get_public(self, path: str, handler: Handler) -> None:
        """Answer GET there for everyone, also where reading needs a key."""

        def answer(request: Request) -> Response:
            return self._answer(Visit(self, request), handler, None, reading=False)

        self.routes.add_api_route(path, answer, methods=["GET", "HEAD"], include_in_schema=False)

    def post(
        self,
        path: str,
        handler: Handler,
        *,
        scope: Scope,
        most: int = MOST_BYTES,
        document: bool = False,
    ) -> None:
        """Answer a form that somebody with that right sends from one of our pages. `document`: it
        may have a document read, and counts as that."""

        def admit(request: Request) -> bool:
            # Nothing is read from whom it would be refused; the refusal is told as a page below.
            request.state.refused = None
            try:
                caller = Visit(self, request).require_login(scope)
                limits = self.access.limits
                (limits.document if document else limits.write)(caller.name)
            except HorizonError as fault:
                request.state.refused = fault
            return request.state.refused is None

        def answer(
            request: Request, data: bytes = Depends(body(most, forms.TYPES, admit))
        ) -> Response:
            visit = Visit(self, request)

            def checked(visit: Visit) -> Response:
                if request.state.refused is not None:
                    raise request.state.refused
                visit.require_login(scope)
                visit.form = forms.read(data, request.headers.get("content-type", ""))
                visit.check_form()
                return handler(visit)

            return self._answer(visit, checked, None, reading=False)

        self.routes.add_api_route(path, answer, methods=["POST"], include_in_schema=False)

    def post_openly(self, path: str, handler: Handler) -> None:
        """Answer a form of somebody who need not be signed in yet."""

        def answer(request: Request, data: bytes = Depends(body(10_000, forms.TYPES))) -> Response:
            visit = Visit(self, request)

            def checked(visit: Visit) -> Response:
                visit.form = forms.read(data, request.headers.get("content-type", ""))
                visit.check_form()
                return handler(visit)

            return self._answer(visit, checked, None, reading=False)

        self.routes.add_api_route(path, answer, methods=["POST"], include_in_schema=False)

    def error_page(self, request: Request, status: HTTPStatus) -> Response | None:
        """What a person's browser is shown of an address that is not there; None for a program."""
        if not takes_html(request) or request.url.path.startswith("/api/"):
            return None
        visit = Visit(self, request)
        try:
            told = [visit.t.error_404]
            return visit.page("error.html", status, status=status.value, told=told)
        except HorizonError:  # without its database even this page cannot be made
            return None

    def _answer(
        self, visit: Visit, handler: Handler, scope: Scope | None, *, reading: bool = True
    ) -> Response:
        try:
            if scope is not None:
                visit.require_login(scope)
            elif reading:
                visit.read()
            return handler(visit)
        except HorizonError as fault:
            return self._refusal(visit, fault)

    def _refusal(self, visit: Visit, fault: HorizonError) -> Response:
        if not takes_html(visit.request):
            return problems.from_error(fault)
        status = problems.status_of(fault)
        if isinstance(fault, Unauthorized):
            # Signing in is what helps, so the page for that is what is answered.
            target = visit.here if visit.request.method in ("GET", "HEAD") else "/"
            answer = visit.page(
                "sign_in.html", status, open_form=True, to=target, problem="", link=""
            )
            answer.headers["WWW-Authenticate"] = 'Bearer realm="Horizon"'
            return answer
        if isinstance(fault, InvalidInput):
            told = told_problems(fault.problems, visit.lang)
        else:
            told = [visit.t.told(fault)]
        answer = visit.page("error.html", status, status=status.value, told=told)
        answer.headers.update(problems.headers_of(fault))
        return answer


@dataclass
class Visit:
    """One request, as pages see it."""

    site: Site
    request: Request
    form: Form = field(default_factory=lambda: NO_FORM)
    caller: Caller | None = None
    may_look_back: bool = False

    @cached_property
    def lang(self) -> str:
        return language(self.request, self.site.settings.language, chosen=True)

    @cached_property
    def t(self) -> Words:
        return Words(self.lang)

    @cached_property
    def now(self) -> datetime:
        return self.site.now()

    @property
    def settings(self) -> Settings:
        return self.site.settings

    @property
    def store(self) -> Store:
        return self.site.store

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)

    @cached_property
    def today(self) -> date:
        """The day as from which the page is shown: `?at=`, else the day whose knowledge it shows,
        else today in the service's zone."""
        return self.day("at") or self.as_of or self._this_day

    @property
    def _this_day(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def as_of(self) -> date | None:
        """The day of which it shows what was known at its end, as `?as_of=` asks; None for what is
        known now, also where that asks for a day that is not over yet."""
        day, text = self.day("as_of"), self.query.get("as_of", [""])[0].strip()
        known = day is not None and day.isoformat() == text and day < self._this_day
        return day if known else None

    @property
    def moment(self) -> datetime:
        """Now, or the end of the day whose knowledge is shown."""
        if self.as_of is None:
            return self.now
        midnight = datetime.combine(self.as_of + timedelta(days=1), time(), self.zone)
        return midnight.astimezone(UTC) - timedelta(microseconds=1)

    @property
    def looking_back(self) -> dict[str, list[str]]:
        """What the links of a page that looks back carry on."""
        return {"as_of": [self.as_of.isoformat()]} if self.as_of else {}

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The store as it was known on the day that is asked for. The page says so."""
        self.may_look_back = True
        with self.store.reading() as reading:
            if self.as_of is None:
                yield reading
            else:
                yield HistoricalReading(reading, reading.seq_at(self.moment))

    @property
    def quotes(self) -> bool:
        """Whether sources may be quoted to this visitor."""
        return self.site.access.quotes(self.caller)

    @property
    def may_write(self) -> bool:
        return self.caller is not None and self.caller.scope.allows(Scope.WRITE)

    @cached_property
    def session(self) -> Caller | None:
        """Who is signed in to the pages."""
        return self.site.access.member(self.request)

    def path(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def read(self) -> None:
        """Note who reads. Raises Unauthorized where reading needs a key and there is none."""
        self.caller = self.site.access.reader(self.request)

    def require_login(self, scope: Scope) -> Caller:
        """Who is signed in. Raises Unauthorized, and Forbidden for one who may not do this."""
        caller = self.session
        if caller is None:
            raise Unauthorized("this needs you to be signed in")
        self.caller = caller
        if not caller.scope.allows(scope):
            raise Forbidden(
                f"the key {caller.name} has the scope {caller.scope}; this needs {scope}"
            )
        return caller

    def guess(self, secret: str) -> AbstractContextManager[None]:
        """Around the look at whether a key or link that was sent is right: wrong ones are counted."""
        return self.site.access.guess(self.request, secret)

    # -- the address

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The values of the address's query by key; a field that was left empty is not there."""
        found: dict[str, list[str]] = {}
        for key, value in self.request.query_params.multi_items():
            if value.strip():
                found.setdefault(key, []).append(value)
        return found

    @cached_property
    def here(self) -> str:
        """The address of this page, as `to` takes it."""
        query = urlencode(
            [(k, v) for k, v in self.request.query_params.multi_items() if k != "lang"]
        )
        return self.request.url.path + (f"?{query}" if query else "")

    def wanted(self) -> tuple[Filter, list[str]]:
        """The filter that the address writes, and in words what is wrong with it: what can be
        understood holds all the same."""
        given = {key: self.query[key] for key in filters.KEYS if key in self.query}
        found = self._misspelt()
        try:
            wanted = filters.read(given)
        except InvalidInput as refusal:
            found += refusal.problems
            bad = {problem.pointer.removeprefix("/") for problem in refusal.problems}
            good = {key: value for key, value in given.items() if key not in bad}
            wanted = filters.read({**good, **{key: _usable(key, given[key]) for key in bad}})
        return wanted, told_problems(found, self.lang)

    def _misspelt(self) -> list[Problem]:
        """What of the query is no filter, nor anything else that a page of events takes."""
        found = []
        for key in asked.values(self.request.query_params):
            if key not in filters.KEYS and key not in _BESIDE_FILTERS:
                detail = Sentence("unknown_query_key", near=nearest(key, filters.KEYS))
                found.append(Problem(f"/{key[:100]}", detail))
        for key in _DAYS_ASKED:
            if key in self.query and self.day(key) is None:
                text = self.query[key][0][:40]
                found.append(Problem(f"/{key}", Sentence("no_day", text=text)))
        return found

    def day(self, key: str) -> date | None:
        """A day of the query, of which a month is the first; None where there is none."""
        text = (self.query.get(key) or [""])[0]
        try:
            when = when_.parse(text)
        except InvalidWhen:
            return None
        return when.first if when.precision in (Precision.DAY, Precision.MONTH) else None

    def address(
        self, path: str, query: Mapping[str, Iterable[str]] | None = None, **changes: object
    ) -> str:
        """A link to one of our pages, below the path that BASE_URL has."""
        return address(self.settings.base_path + path, query or {}, **changes)

    # -- answers

    def page(
        self,
        name: str,
        code: HTTPStatus = HTTPStatus.OK,
        current: str = "",
        *,
        open_form: bool = False,
        **values: Any,
    ) -> Response:
        """The page as HTML. `open_form`: it has a form for people who are not signed in."""
        member = self.session
        around = surroundings(
            self.lang,
            self.settings.base_path,
            current,
            self._in_other_language(),
            member.name if member else "",
        )
        around["known"] = self._known() if self.may_look_back else None
        stranger = None
        if member is not None:
            around["form_token"] = self._form_token(self.request.cookies[SESSION])
        elif open_form:
            stranger = self.request.cookies.get(STRANGER) or secrets.token_urlsafe(24)
            around["form_token"] = self._form_token(stranger)
        text = templates().get_template(name).render(**around, **values)
        answer = HTMLResponse(text, code)
        answer.headers["Vary"] = "Accept-Language, Cookie, Authorization"
        answer.headers["Cache-Control"] = "private, no-cache"
        if self.request.query_params.get("lang") in LANGUAGES:
            self._set(answer, CHOSEN, self.lang, _YEAR)
        if stranger is not None:
            self._set(answer, STRANGER, stranger, None, strict=True)
        return answer

    def _known(self) -> dict[str, str] | None:
        """What is said above a page that shows what was known once, and the way back."""
        t = self.t
        if "as_of" not in self.query:
            return None
        rest = {key: values for key, values in self.query.items() if key not in ("as_of", "lang")}
        if self.as_of is None:
            words = t.as_of_unusable.format(self.query["as_of"][0][:40])
        else:
            words = t.known_then.format(wording.day(self.as_of, self.lang))
        return {"words": words, "href": self.address(self.request.url.path, rest)}

    def redirect(self, address: str) -> Response:
        """Go on to another of our pages, as after a form. The path of BASE_URL is put in front on the
        way out (web.mounted)."""
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)

    def signed_in(self, answer: Response, cookie: str) -> Response:
        """The answer with the session's cookie."""
        self._set(answer, SESSION, cookie, int(sign_in.LASTS.total_seconds()))
        answer.delete_cookie(STRANGER, path=self._cookie_path)
        return answer

    def signed_out(self, answer: Response) -> Response:
        """The answer that ends the session, for whoever else has its cookie too."""
        try:
            signing.end(self.store, self.request.cookies.get(SESSION, ""), self.now)
        except StoreUnavailable as fault:  # this browser's is gone all the same
            log.warning("a session was signed out of, and could not be ended: %s", fault)
        answer.delete_cookie(SESSION, path=self._cookie_path)
        return answer

    def check_form(self) -> None:
        """Raises Forbidden for a form that none of our pages gave to this visitor."""
        site = self.request.headers.get("sec-fetch-site", "same-origin")
        held = SESSION if self.session is not None else STRANGER
        cookie = self.request.cookies.get(held, "")
        if not cookie or not sign_in.same(self.form.one("form"), self._form_token(cookie)):
            raise Forbidden("this form is too old, or another page has sent it; load it anew")
        if site not in ("same-origin", "none"):
            raise Forbidden("another page has sent this form")

    def _form_token(self, cookie: str) -> str:
        return sign_in.form_token(signing.secret(self.store, self.now), cookie)

    def _in_other_language(self) -> str:
        other = next(known for known in LANGUAGES if known != self.lang)
        if self.request.method not in ("GET", "HEAD"):
            return f"?lang={other}"
        pairs = [(k, v) for k, v in self.request.query_params.multi_items() if k != "lang"]
        return "?" + urlencode([*pairs, ("lang", other)])

    @property
    def _cookie_path(self) -> str:
        return self.settings.base_path or "/"

    def _set(
        self, answer: Response, name: str, value: str, seconds: int | None, strict: bool = False
    ) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            path=self._cookie_path,
            httponly=True,
            # Lax: whoever follows a link from Slack is still signed in. A form needs its token anyway.
            samesite="strict" if strict else "lax",
            secure=self.settings.base_url.startswith("https:"),
        )


def _usable(key: str, values: Iterable[str]) -> list[str] | None:
    """Those of a filter's values that can be used, where some cannot."""
    found = []
    for value in ",".join(values).split(","):
        try:
            filters.read({key: value})
        except InvalidInput:
            continue
        found.append(value)
    return found if found and key in filters.CHOSEN else None


def takes_html(request: Request) -> bool:
    """Whether a person's browser asks; a program is told of errors as the API tells them."""
    return "text/html" in request.headers.get("accept", "")


def address(path: str, query: Mapping[str, Iterable[str]], **changes: object) -> str:
    """The path with that query; a change of None takes a key out, anything else replaces it."""
    pairs: list[tuple[str, str]] = []
    for key, values in query.items():
        if key not in changes:
            pairs += [(key, value) for value in values]
    pairs += [(key.rstrip("_"), str(value)) for key, value in changes.items() if value is not None]
    text = urlencode(pairs)
    return f"{path}?{text}" if text else path
