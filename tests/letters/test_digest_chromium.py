"""The digest in a real Chromium: it fits a phone, can be read, loads nothing and runs nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from lordaemon.letters.digest import compose_digest_html
from tests.letters.chromium import Scheme, chromium, measure
from tests.letters.digest_views import SCENES, hostile

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")

PAGES = {name: compose_digest_html(scene()) for name, scene in SCENES.items()}


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (1000, "dark")])
def test_it_fits_and_can_be_read(width: int, scheme: Scheme) -> None:
    for name, found in measure(PAGES, width, scheme).items():
        assert found["inner"] == width
        assert found["dark"] == (scheme == "dark")
        assert found["scroll"] <= width, (name, found["wide"])
        assert found["texts"] > 40
        assert found["faint"] == [], name
        assert all(height >= 44 for height in found["taps"]), "too small for a thumb"


def test_a_quiet_day_is_one_short_screen() -> None:
    found = measure({"quiet": PAGES["quiet"]}, 1000)
    assert found["quiet"]["height"] <= 950


def test_the_measuring_sees_what_is_wrong() -> None:
    bad = (
        "<html><body style='margin:0;background:#fff'><p style='color:#aaa'>faint</p>"
        "<div style='width:600px'>wide</div><script>window.pwned = 1</script></body></html>"
    )
    found = measure({"bad": bad}, 320)["bad"]
    assert found["scroll"] == 600
    assert [text for text, _ in found["faint"]] == ["faint"]
    assert found["pwned"]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """Every name on the network leads here; what is asked for is kept."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(2)
                    try:
                        asked.append(connection.recv(4096))
                        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                    except OSError:
                        asked.append(b"")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_a_hostile_reply_neither_runs_nor_loads(listener: tuple[int, list[bytes]]) -> None:
    port, asked = listener
    here = (f"--host-resolver-rules=MAP * 127.0.0.1:{port}",)
    page = compose_digest_html(hostile())
    found = measure({"hostile": page}, 320, extra=here)["hostile"]
    assert not found["pwned"]
    assert found["title"].startswith("Letters: ")
    assert found["scroll"] <= 320, found["wide"]
    assert not [request for request in asked if b"evil" in request]

    loads = page.replace("</body>", '<img src="http://evil.test/control.png"></body>')
    measure({"control": loads}, 320, extra=here)
    assert [request for request in asked if b"/control.png" in request], "the listener is deaf"
