"""How often something may be done, beside a bucket of tokens; and whom an address stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.access.rate_limit import Rate, network_of


def test_so_many_at_once_and_then_one_each_time() -> None:
    rate, full_at = Rate(3, 10.0), 0.0
    for _ in range(3):
        full_at, wait = rate.take(full_at, 100.0)
        assert wait == 0
    refused, wait = rate.take(full_at, 101.0)
    assert (refused, wait) == (full_at, 9.0)
    full_at, wait = rate.take(full_at, 110.0)
    assert wait == 0
    assert rate.take(full_at, 110.0)[1] == 10.0
    assert rate.take(rate.give_back(full_at), 110.0)[1] == 0


def test_what_costs_more_takes_more_and_what_costs_too_much_is_never_given() -> None:
    rate = Rate(30, 1.0)
    full_at, wait = rate.take(0.0, 1000.0, 20)
    assert wait == 0
    assert rate.take(full_at, 1000.0, 20)[1] == 10.0
    assert rate.take(0.0, 1000.0, 31)[1] == 1.0


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("3000/PT1M", Rate(3000, 0.02)),
        ("30/PT5M", Rate(30, 10.0)),
        ("2/1h", Rate(2, 1800.0)),
        ("24/P1D", Rate(24, 3600.0)),
        ("off", None),
        ("OFF", None),
    ],
)
def test_how_a_setting_writes_a_rate(text: str, rate: Rate | None) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "on", "30", "30/", "/PT1M", "0/PT1M", "-3/PT1M", "9999999/PT1M", "٣/PT1M"),
        *("3/PT0S", "3/P2D", "3/P1M", "3/-PT1M", "3 / PT1M"),
    ],
)
def test_what_is_no_rate_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 3000/PT1M|at most a day"):
        Rate.parse(text)


@given(
    st.integers(1, 8),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3)), max_size=60),
)
def test_it_lets_through_what_a_bucket_of_tokens_would(
    burst: int, asked: list[tuple[int, int]]
) -> None:
    rate, full_at, now = Rate(burst, 4.0), 0.0, 0.0
    tokens, filled_at = float(burst), 0.0
    for pause, cost in asked:
        now += pause
        tokens, filled_at = min(float(burst), tokens + (now - filled_at) / 4.0), now
        full_at, wait = rate.take(full_at, now, cost)
        assert (wait == 0) == (tokens >= cost)
        if wait == 0:
            tokens -= cost
        else:
            assert wait == pytest.approx((cost - tokens) * 4.0)


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_of_ipv6_stands_for_its_network(host: str | None, network: str) -> None:
    assert network_of(host) == network
