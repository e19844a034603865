import socket
import subprocess
import sys

import pytest

from flowtic.processes.claims import AlreadyRunning, PortTaken, claim_folder, open_port


def test_folder_belongs_to_one(tmp_path):
    with claim_folder(tmp_path, "http://127.0.0.1:8000"):
        with pytest.raises(AlreadyRunning, match=r"http://127\.0\.0\.1:8000.*\n.*FLOWTIC_DATA_DIR"):
            claim_folder(tmp_path, "http://127.0.0.1:9000")
    claim_folder(tmp_path, "http://127.0.0.1:9000").close()


def test_claim_of_a_dead_process_is_free(tmp_path):
    program = (
        "import os, sys; from pathlib import Path; from flowtic.processes.claims import claim_folder\n"
        "claim = claim_folder(Path(sys.argv[1]), 'x'); os.kill(os.getpid(), 9)"
    )
    root = __file__.rpartition("/tests/")[0]
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=root, check=False)
    claim_folder(tmp_path, "y").close()


def test_taken_port_is_named():
    with open_port("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1 is in use"):
            open_port("127.0.0.1", port)


def test_unknown_address_is_an_answer_not_a_traceback():
    with pytest.raises(PortTaken, match=r"192\.0\.2\.1:8000 can not be listened on"):
        open_port("192.0.2.1", 8000)


def test_request_waits_in_the_queue_of_the_port():
    with open_port("127.0.0.1", 0) as listener:
        with socket.create_connection(listener.getsockname(), timeout=1) as client:
            client.sendall(b"hello")
            served, _ = listener.accept()
            with served:
                assert served.recv(5) == b"hello"
