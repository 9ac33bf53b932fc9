"""The settings of a language model: what is refused, and what is never shown."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import Settings, read_settings

URL, KEY = "http://127.0.0.1:11434/v1", "sk-secret-4711"


def read(tmp_path: Path, **given: str) -> Settings:
    return read_settings({f"HORIZON_LLM_{key}": value for key, value in given.items()}, tmp_path)


def test_unset_there_is_none(tmp_path: Path) -> None:
    assert (read(tmp_path).llm_url, read(tmp_path).llm_documents) == (None, "ask")


def test_all_of_them_are_read(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    found = read(
        tmp_path, URL=URL, MODEL="heron-7b", KEY_FILE=str(path), TIMEOUT="PT20S",
        DOCUMENT_TIMEOUT="PT2M", DOCUMENTS="public",
    )  # fmt: skip
    assert (found.llm_url, found.llm_model, found.llm_key) == (URL, "heron-7b", KEY)
    assert (found.llm_timeout, found.llm_document_timeout) == (
        timedelta(seconds=20),
        timedelta(minutes=2),
    )
    assert found.llm_documents == "public"
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"URL": URL}, "HORIZON_LLM_MODEL"),
        ({"URL": "ftp://x", "MODEL": "m"}, "HORIZON_LLM_URL"),
        ({"URL": f"http://user:{KEY}@host/v1", "MODEL": "m"}, "HORIZON_LLM_URL"),
        ({"URL": "http:///v1", "MODEL": "m"}, "HORIZON_LLM_URL"),
        ({"URL": "http://[::1/v1", "MODEL": "m"}, "HORIZON_LLM_URL"),
        ({"URL": "http://a b/", "MODEL": "m"}, "HORIZON_LLM_URL"),
        ({"URL": URL, "MODEL": "m" * 101}, "HORIZON_LLM_MODEL"),
        ({"URL": URL, "MODEL": "m", "KEY": f"{KEY} {KEY}"}, "HORIZON_LLM_KEY"),
        ({"URL": URL, "MODEL": "m", "TIMEOUT": "PT0S"}, "HORIZON_LLM_TIMEOUT"),
        ({"URL": URL, "MODEL": "m", "TIMEOUT": "soon"}, "HORIZON_LLM_TIMEOUT"),
        ({"URL": URL, "MODEL": "m", "DOCUMENTS": "some"}, "HORIZON_LLM_DOCUMENTS"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_name(
    tmp_path: Path, given: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError) as told:
        read(tmp_path, **given)
    assert named in str(told.value)
    assert KEY not in str(told.value)
