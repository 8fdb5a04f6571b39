"""What docs/rpyc.md shows works as it stands there."""

import re
from pathlib import Path

import pytest

import firth
import firth.rpyc
from rpyc_versions import serving

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "rpyc.md").read_text()


@pytest.fixture
def five_lines():
    """The first code on the page."""
    return re.search(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL).group(1)


def test_five_lines_switch(rpyc, service, five_lines):
    assert len(five_lines.split("\n")) <= 6
    with serving(service) as port:
        names = {}
        exec(five_lines.replace("18861", str(port)), names)
        assert names["conn"].root.echo((1, "text")) == (1, "text")
        assert type(names["conn"]._channel) is firth.Channel
        names["conn"].close()


def test_the_versions_are_those_that_are_known():
    told = re.search(r"Versions (.*?) of rpyc are tested", PAGE).group(1)
    assert tuple(re.findall(r"\d+\.\d+\.\d+", told)) == firth.rpyc.KNOWN_VERSIONS
