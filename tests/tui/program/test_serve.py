"""`vglab serve` as a process of its own: who is let in, how many, and how it ends."""

import asyncio
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import shell
from aiohttp import ClientSession, WSServerHandshakeError
from openssh import free_port, until_open
from web import Server, serving, visit

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    public = "https://lab.example.org:443/course"
    with serving(tmp_path_factory.mktemp("serve"), "--public-url", public) as served:
        yield served


async def status_of(url: str, **headers: str) -> tuple[int, str]:
    async with ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def handshake(url: str, **headers: str) -> int:
    """The status that a socket gets; 101 where it is let in."""
    async with ClientSession() as session:
        try:
            async with session.ws_connect(f"{url}/ws", headers=headers):
                return 101
        except WSServerHandshakeError as refused:
            return refused.status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost:9123", 200),
        ("LOCALHOST", 200),
        ("[::1]:8000", 200),
        ("lab.example.org", 200),
        (socket.gethostname(), 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("evil@localhost", 403),
        ('"><script>@localhost', 403),
        ("127.0.0.1.evil.example", 403),
        ("", 403),
    ],
)
async def test_only_names_of_this_server_are_answered(
    server: Server, host: str, status: int
) -> None:
    for path in ("/", "/course/", "/static/js/textual.js"):
        assert (await status_of(server.url + path, Host=host))[0] == status


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:8000", "http://localhost:8000", 101),
        ("127.0.0.1:9000", "http://127.0.0.1:9000", 101),
        ("lab.example.org", "https://lab.example.org", 101),
        ("127.0.0.1:8000", "https://lab.example.org", 101),
        ("localhost:8000", "http://localhost:3000", 403),
        ("localhost:8000", "http://evil.example", 403),
        ("evil.example", "http://evil.example", 403),
        ("localhost:8000", "null", 403),
        ("localhost:8000", "http://[", 403),
        ("lab.example.org", "http://lab.example.org:8080", 403),
        ("localhost:8000", "", 403),
    ],
)
async def test_a_socket_is_for_a_page_of_this_server(
    server: Server, host: str, origin: str, status: int
) -> None:
    assert await handshake(server.url, Host=host, Origin=origin) == status


async def test_a_socket_without_an_origin_is_no_pages(server: Server) -> None:
    assert await handshake(server.url) == 403


@pytest.mark.slow
async def test_a_visitor_who_goes_before_the_lab_is_there_leaves_none(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert await handshake(server.url, Origin=server.url) == 101
        assert not (await asyncio.to_thread(psutil.wait_procs, server.labs, 20))[1]


async def test_no_other_site_may_frame_the_page_and_no_folder_is_listed(server: Server) -> None:
    async with ClientSession() as session, session.get(server.url) as answer:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert (await status_of(f"{server.url}/static/"))[0] == 403
    assert (await status_of(f"{server.url}/static/js/"))[0] == 403
    assert (await status_of(f"{server.url}/download/x"))[0] == 404


async def test_nothing_that_visitors_send_is_written(server: Server) -> None:
    for agent in ("MARK\x9b2J\u202e", "MARK"):
        await status_of(f"{server.url}/MARK", **{"User-Agent": agent})
    async with visit(server.url) as visitor:
        await visitor.socket.send_str('{"MARK')
        await visitor.socket.receive()
    assert "MARK" not in server.log.read_text(errors="replace")


@pytest.mark.parametrize("host", ["", " ", "a..b", b"\xff".decode(errors="surrogateescape")])
def test_an_address_that_is_none_is_one_line(host: str) -> None:
    port = str(free_port())
    said = shell.result_of(shell.start("serve", "--port", port, "--host", host))
    assert said.status == (1 if host.strip() else 2)
    assert said.err.count("\n") == 1
    assert said.err.startswith("Error: ")
    assert "--host" in said.err


@pytest.mark.parametrize(
    "url",
    ["lab.example.org", "ftp://lab.example.org", "https://", "https://u@h", "https://h:x", "http://h?q",
     "http://[::1", "https://h:0", "https://a b"],
)  # fmt: skip
def test_a_public_address_that_is_none_is_one_line(url: str) -> None:
    said = shell.result_of(shell.start("serve", "--port", str(free_port()), "--public-url", url))
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert "https://HOST[:PORT][/PREFIX]" in said.err


@pytest.mark.parametrize("stated", ["0", "-1", "many", "1025", "²"])
def test_a_number_of_processes_that_is_none_is_one_line(stated: str) -> None:
    start = shell.start("serve", "--port", str(free_port()), env={"VGLAB_PROCESSES": stated})
    said = shell.result_of(start)
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert "VGLAB_PROCESSES" in said.err
    assert "1 to 1024" in said.err


@pytest.mark.slow
async def test_the_visitor_too_many_is_told_so_and_one_that_reloads_comes_in(
    tmp_path: Path,
) -> None:
    with serving(tmp_path, "--visitors", "1") as server:
        async with visit(server.url) as visitor:
            await visitor.sees("VANISHING")
            status, text = await status_of(server.url)
            assert status == 503
            assert "Please try again" in text
            assert "intentarlo" in text
            assert await handshake(server.url, Origin=server.url) == 503
        async with visit(server.url) as again:  # at once
            await again.sees("VANISHING")
            assert len([one for one in server.labs if "--kiosk" in one.cmdline()]) == 1


@pytest.mark.slow
async def test_a_lab_within_its_memory_trains_and_enters_a_room(tmp_path: Path) -> None:
    with serving(tmp_path, "--processes", "1") as server:
        async with visit(server.url) as visitor:
            await visitor.sees("VANISHING")
            assert all(limit(one) == 2048 << 20 for one in server.labs)
            await visitor.press("m")
            await visitor.sees("as it is")
    assert not server.log.read_text().partition("\n")[2]


def limit(process: psutil.Process) -> int:
    """The address space that a process may have."""
    return process.rlimit(psutil.RLIMIT_AS)[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        *(pytest.param(one, marks=pytest.mark.slow) for one in (signal.SIGTERM, signal.SIGHUP)),
    ],
)
async def test_a_signal_ends_it_at_once_whoever_is_there(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serving(tmp_path) as server:
        async with visit(server.url) as one, visit(server.url) as other:
            await asyncio.gather(one.sees("VANISHING"), other.sees("VANISHING"))
            labs = server.labs
            before = time.monotonic()
            server.process.send_signal(number)
            status = await asyncio.to_thread(server.process.wait, 20)
            took = time.monotonic() - before
    assert status == 128 + number
    assert took < 2.5  # it was 18.7
    assert not psutil.wait_procs(labs, 0.5)[1]
    assert server.log.read_text().count("\n") == 1


@pytest.mark.slow
async def test_an_address_of_six_groups_and_more(tmp_path: Path) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with serving(tmp_path, host="::1") as server:
        url = f"http://[::1]:{server.port}"
        await server.says(f"The lab is at {url};")
        status, text = await status_of(url)
        assert status == 200
        assert f'"ws://[::1]:{server.port}/ws"' in text
        async with visit(url) as visitor:
            await visitor.sees("VANISHING")


async def test_any_port_of_a_tunnel_will_do(tmp_path: Path) -> None:
    """What `ssh -L 9000:127.0.0.1:8000` does: another port, and so another Host."""
    with serving(tmp_path) as server:
        status, text = await status_of(server.url, Host="localhost:9000")
        assert status == 200
        assert '"ws://localhost:9000/ws"' in text
        assert '"http://localhost:9000/static/js/textual.js"' in text


CONFIG = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port};
        location /course/ {{
            proxy_pass http://127.0.0.1:{lab}{path};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            {more}
        }}
    }}
}}
"""


@pytest.mark.slow
@pytest.mark.skipif(NGINX is None, reason="not installed: nginx")
@pytest.mark.parametrize("path", ["/", pytest.param("", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "more", [pytest.param("", marks=pytest.mark.slow), "proxy_set_header Host $http_host;"]
)
async def test_it_works_behind_a_web_server(tmp_path: Path, path: str, more: str) -> None:
    """Whether that strips the prefix or keeps it, and whether it hands on the name or not."""
    port = free_port()
    public = f"http://127.0.0.1:{port}/course"
    with serving(tmp_path, "--public-url", public + "/") as server:
        config, log = tmp_path / "nginx.conf", tmp_path / "error.log"
        log.touch()
        lines = CONFIG.format(folder=tmp_path, port=port, lab=server.port, path=path, more=more)
        config.write_text(lines)
        proxy = subprocess.Popen([str(NGINX), "-e", str(log), "-c", str(config)])
        try:
            until_open(port, proxy, log)
            status, text = await status_of(f"{public}/")
            assert status == 200
            assert f'"ws://127.0.0.1:{port}/course/ws"' in text
            script = f"{public}/static/js/textual.js"
            assert f'"{script}"' in text
            assert (await status_of(script))[0] == 200
            async with visit(public) as visitor:
                await visitor.sees("VANISHING")
            assert await handshake(public, Origin="http://evil.example") == 403
        finally:
            proxy.terminate()
            proxy.wait(10)
