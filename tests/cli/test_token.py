"""hearken token, and a server that asks for what it made: rights, sessions, guesses, and no secret where others read."""
import pathlib
import re
import time

from harness import main, tone
from serve_case import OPENAPI, ServeCase

RIGHTS = ("read", "rate", "admin")


class TokenCase(ServeCase):
    def setUp(self):
        super().setUp()
        tone(self.music / "low.wav", 220)
        tone(self.music / "high.wav", 880)
        self.index(self.music)

    def token(self, *arguments, status=0):
        return self.valid(f"token_{arguments[0]}", self.hearken("token", *arguments, "--json", status=status))

    def by(self, secret):
        return {"headers": {"Authorization": f"Bearer {secret}"}}

    def rest(self, server, call, **query):
        return server.get(f"/rest/{call}", f="json", **query).json["subsonic-response"]


class CommandTest(TokenCase):
    def test_made_listed_revoked(self):
        self.assertEqual(self.token("list")["tokens"], [])
        made = self.token("add", "anna", "--right", "rate")
        self.assertEqual((made["name"], made["right"]), ("anna", "rate"))
        self.assertRegex(made["token"], r"^[0-9a-f]{32}$")
        plain = self.hearken("token", "add", "bob.2")
        self.assertRegex(plain.out, r"^[0-9a-f]{32}\n$")
        self.one_line(plain.err, "bob.2", "read", ".tokens")
        file = pathlib.Path(made["file"])
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        for secret in (made["token"], plain.out.strip()):
            self.assertNotIn(secret, file.read_text())
        self.assertEqual([(t["name"], t["right"]) for t in self.token("list")["tokens"]], [("anna", "rate"), ("bob.2", "read")])
        self.assertRegex(self.hearken("token", "list").out, r"(?m)^rate +\d{4}-\S+Z  anna$")
        self.assertEqual(self.token("revoke", "anna"), {"revoked": "anna"})
        self.assertEqual([t["name"] for t in self.token("list")["tokens"]], ["bob.2"])

    def test_wrong_usage(self):
        self.hearken("token", "add", "anna")
        for arguments, status, part in ((("add", "anna"), 2, "anna"), (("add", "a b"), 2, "a b"), (("add", "../x"), 2, "../x"),
                                        (("add", "x", "--right", "all"), 2, "--right"), (("revoke", "eve"), 1, "eve"), (("add",), 2, "NAME"), ((), 2, "")):
            done = self.hearken("token", *arguments, status=status)
            self.assertEqual(done.out, "")
            self.assertIn(part, done.err)
        file = pathlib.Path(self.token("list")["file"])
        file.write_text("[]")
        for arguments in (("token", "list"), ("token", "add", "x"), ("token", "revoke", "anna"), ("serve", "--port", "0")):
            self.one_line(self.hearken(*arguments, status=1).err, str(file), "hearken token add")
        file.write_text('{"tokens": []}')
        self.one_line(self.hearken("serve", "--port", "0", status=2).err, str(file), "no token is left")

    def test_beyond_this_computer_a_stored_token_suffices(self):
        self.hearken("token", "add", "anna")
        self.assertEqual(self.serve("--host", "0.0.0.0").get("/api/v1/info").status, 401)


class RightsTest(TokenCase):
    def setUp(self):
        super().setUp()
        self.secrets = {right: self.token("add", right, "--right", right)["token"] for right in RIGHTS}
        self.other = self.token("add", "other", "--right", "rate")["token"]
        self.server = self.serve()

    def status(self, secret, method, path, body=None):
        return self.server.ask(method, path, body=body, **self.by(secret)).status

    def test_each_route_by_each_right(self):
        """Nothing that needs a right goes without: every described route, every right, and nobody."""
        needs = {"/api/v1/tracks/{track}/rating": "rate", "/api/v1/tracks/{track}/tags": "admin", "/api/v1/folders": "admin"}
        for path, methods in OPENAPI["paths"].items():
            for method, operation in methods.items():
                if operation.get("security") == []:
                    continue
                right = needs.get(path, "read") if method == "put" or path == "/api/v1/folders" else "read"
                if path.startswith("/api/v1/playlists") and method != "get":
                    right = "rate"
                if path.startswith("/api/v1/jobs") and method != "get":
                    right = "admin"
                url = re.sub(r"\{\w+\}", "99", path.replace("{upload}", "none"))
                self.assertEqual(self.server.ask(method.upper(), url, body={} if "requestBody" in operation else None).status, 401, url)
                for has in RIGHTS:
                    answer = self.server.ask(method.upper(), url, body={} if "requestBody" in operation else None, **self.by(self.secrets[has]))
                    allowed = RIGHTS.index(has) >= RIGHTS.index(right)
                    refused = answer.status == 403 and f"{right} is needed" in answer.json["detail"]
                    self.assertEqual(refused, not allowed, f"{method} {url} with {has}: {answer}")
                    self.assertNotEqual(answer.status, 401, url)

    def test_what_each_may(self):
        for right, rating, tags, job in (("read", 403, 403, 403), ("rate", 200, 403, 403), ("admin", 200, 200, 201)):
            secret = self.secrets[right]
            self.assertEqual(self.good(self.server, "GET", "/api/v1/info", **self.by(secret))["right"], right)
            self.assertEqual(self.status(secret, "GET", "/api/v1/search?q=beep"), 200)
            self.assertEqual(self.status(secret, "PUT", "/api/v1/tracks/1/rating", {"rating": 1}), rating)
            self.assertEqual(self.status(secret, "PUT", "/api/v1/tracks/1/tags", {"add": ["x"]}), tags)
            self.assertEqual(self.status(secret, "POST", "/api/v1/jobs", {"source": 1}), job)

    def test_playlists_are_their_makers(self):
        made = self.good(self.server, "POST", "/api/v1/playlists", {"name": "mine", "tracks": [1]}, 201, **self.by(self.secrets["rate"]))
        self.assertEqual(made["owner"], "rate")
        path = f"/api/v1/playlists/{made['id']}"
        for secret in (self.other, self.secrets["read"]):
            self.assertEqual(self.status(secret, "GET", path), 200)
            self.assertEqual(self.status(secret, "PUT", path, {"name": "theirs"}), 403)
            self.assertEqual(self.status(secret, "DELETE", path), 403)
        login = {"u": "other", "p": self.other}
        for call, query in (("updatePlaylist", {"playlistId": made["id"], "name": "theirs"}), ("createPlaylist", {"playlistId": made["id"], "songId": 2}),
                            ("deletePlaylist", {"id": made["id"]})):
            self.assertEqual(self.rest(self.server, call, **login, **query)["error"]["code"], 50)
        self.assertEqual(self.good(self.server, "GET", path, **self.by(self.other))["name"], "mine")
        self.assertEqual(self.rest(self.server, "createPlaylist", **login, name="own", songId=1)["playlist"]["owner"], "other")
        self.assertEqual(self.rest(self.server, "createPlaylist", u="read", p=self.secrets["read"], name="x")["error"]["code"], 50)
        self.assertEqual(self.status(self.secrets["rate"], "PUT", path, {"name": "still mine"}), 200)
        self.assertEqual(self.status(self.secrets["admin"], "DELETE", path), 204)

    def test_subsonic_with_a_stored_token(self):
        secret = self.secrets["read"]
        self.assertEqual(self.rest(self.server, "ping", u="read", p=secret)["status"], "ok")
        self.assertEqual(self.rest(self.server, "ping", u="read", p="enc:" + secret.encode().hex())["status"], "ok")
        self.assertEqual(self.rest(self.server, "ping", u="rate", p=secret)["error"]["code"], 40)
        self.assertEqual(self.rest(self.server, "ping", u="read", t="0" * 32, s="c19b2d")["error"]["code"], 41)

    def test_revoking_ends_it_at_once(self):
        cookie = self.server.post("/api/v1/session", {"token": self.other}).headers["Set-Cookie"].split(";")[0]
        self.good(self.server, "GET", "/api/v1/info", headers={"Cookie": cookie})
        self.hearken("token", "revoke", "other")
        self.assertEqual(self.status(self.other, "GET", "/api/v1/info"), 401)
        self.assertEqual(self.server.ask("GET", "/api/v1/info", headers={"Cookie": cookie}).status, 401)
        for right in RIGHTS:
            self.hearken("token", "revoke", right)
        self.assertEqual(self.server.get("/api/v1/info").status, 401)


class SessionsTest(TokenCase):
    def test_they_end_at_logout_and_are_listed_by_their_token(self):
        secrets = [self.token("add", name)["token"] for name in ("anna", "bob")]
        server = self.serve("--token", "sesame")
        cookies = [{"Cookie": server.post("/api/v1/session", {"token": s}, **{"User-Agent": f"Browser of {i}"}).headers["Set-Cookie"].split(";")[0]}
                   for i, s in enumerate([*secrets, "sesame"])]
        self.assertEqual(len({c["Cookie"] for c in cookies}), 3)

        def listed(who):
            return [s["token"] for s in self.good(server, "GET", "/api/v1/sessions", headers=cookies[who])["sessions"]]

        self.assertEqual((listed(0), listed(1), listed(2)), (["anna"], ["bob"], ["anna", "bob", None]))
        one = self.good(server, "GET", "/api/v1/sessions", headers=cookies[1])["sessions"][0]
        self.assertEqual((one["browser"], one["address"], one["current"]), ("Browser of 1", "127.0.0.1", True))
        self.bad(server, "DELETE", f"/api/v1/sessions/{one['id']}", 404, headers=cookies[0])
        self.good(server, "DELETE", f"/api/v1/sessions/{one['id']}", status=204, headers=cookies[2])
        self.bad(server, "GET", "/api/v1/sessions", 401, headers=cookies[1])
        self.good(server, "DELETE", "/api/v1/session", status=204, headers=cookies[0])
        self.bad(server, "GET", "/api/v1/info", 401, headers=cookies[0])
        self.assertEqual(listed(2), [None])


class GuessesTest(TokenCase):
    def test_all_ways_in_count_together_and_then_wait(self):
        own = self.token("add", "anna")["token"]
        server = self.serve("--token", "a token thought up")
        looked_at = held_up = 0
        for i in range(300):
            wrong = f"guess-{i}"
            match i % 4:
                case 0: answer = server.ask("GET", "/api/v1/info", **self.by(wrong))
                case 1: answer = server.ask("GET", "/api/v1/info", headers={"Cookie": f"hearken_session={wrong}"})
                case 2: answer = server.post("/api/v1/session", {"token": wrong})
                case 3: answer = server.get("/rest/ping", u="hearken", p=wrong)
            if answer.headers["Retry-After"] is not None:
                held_up += 1
                self.assertTrue(answer.status == 429 or b"too many wrong tokens" in answer.body, answer)
            else:
                looked_at += 1
                self.assertTrue(answer.status in (401, 403) or b'code="40"' in answer.body, answer)
        self.assertLessEqual(looked_at, 15)
        while int(server.post("/api/v1/session", {"token": f"guess-{(i := i + 1)}"}).headers["Retry-After"] or 0) < 2:
            pass
        answer = server.ask("GET", "/api/v1/info", **self.by("a token thought up"))
        self.assertEqual(self.check("GET", "/api/v1/info", answer, 429)["code"], "too_many_guesses")
        self.good(server, "GET", "/api/v1/info", **self.by(own))  # which nobody can guess
        self.assertEqual(server.get("/health").status, 200)
        time.sleep(int(answer.headers["Retry-After"]))
        self.good(server, "GET", "/api/v1/info", **self.by("a token thought up"))

    def test_an_old_cookie_holds_nobody_up(self):
        server = self.serve("--token", "a token thought up")
        for _ in range(50):
            self.bad(server, "GET", "/api/v1/info", 401, headers={"Cookie": "hearken_session=" + "0" * 64})
        self.good(server, "GET", "/api/v1/info", **self.by("a token thought up"))

    def test_no_secret_is_printed_or_handed_on(self):
        secret = "a-secret-of-the-environment"
        for server in (self.serve(env={"HEARKEN_TOKEN": secret}), self.serve("--token", secret)):
            self.good(server, "GET", "/api/v1/info", **self.by(secret))
            # A child's environment begins as the server's is.
            self.assertNotIn(secret.encode(), pathlib.Path(f"/proc/{server.process.pid}/environ").read_bytes())
            _, out, err = server.stop()
            self.assertNotIn(secret, server.url + out + err)


if __name__ == "__main__":
    main()
