"""nginx with proxy_cache in front of a server of one file: `nginx_cache.py FOLDER PORT FILE`."""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

folder, port, body = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_bytes()


class Origin(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


folder.mkdir(parents=True, exist_ok=True)
origin = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
# The origin answers once and then sleeps in this process, whose child nginx is.
threading.Thread(target=origin.serve_forever, daemon=True).start()
text = (Path(__file__).parent / "nginx.conf").read_text()
for name, value in (("@DIR@", str(folder)), ("@PORT@", port), ("@UPSTREAM@", f"127.0.0.1:{origin.server_port}")):
    text = text.replace(name, value)
(folder / "nginx.conf").write_text(text)
os.spawnlp(os.P_WAIT, "nginx", "nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder))
