"""hearken serve without --allow-root: folders of this computer, seen and indexed by who has what the server printed."""
import contextlib
import http.client
import json
import os
import re
import shutil

from harness import SAMPLES, Case, as_ordinary_user, main, tone
from serve_case import ServeCase

FOLDERS, JOBS = "/api/v1/folders", "/api/v1/jobs"


class FoldersTest(ServeCase):
    def setUp(self):
        super().setUp()
        for name in ("Disc 10", "disc 2", "Disc 1", ".hidden", "Music/Inner"):
            (self.home / name).mkdir(parents=True)
        for name in ("a.wav", "b.FLAC", ".c.wav", "d.txt", "Inner/e.wav"):
            (self.home / "Music" / name).write_bytes(b"")
        (self.home / "Music/linked.wav").symlink_to(self.home / "Music/a.wav")
        (self.home / "at home.mp3").write_bytes(b"")
        (self.home / "link").symlink_to(self.music)
        (self.home / "loop").symlink_to(self.home / "loop")
        tone(self.music / "low.wav", 220)
        self.server = self.serve()

    def keyed(self, token=None):
        return {"X-Hearken-Setup": token or self.server.setup}

    def look(self, path=None):
        query = {} if path is None else {"path": path}
        return self.good(self.server, "GET", FOLDERS, query=query, headers=self.keyed())

    def refused(self, path, status, code):
        self.bad(self.server, "GET", FOLDERS, status, code, query={"path": path}, headers=self.keyed())
        return self.bad(self.server, "POST", JOBS, status, code, body={"folder": path}, headers=self.keyed())

    def done(self, job):
        """The job, when it is over."""
        events = self.good(self.server, "GET", f"{JOBS}/{job['id']}/events").decode()
        return [json.loads(line[len("data: "):]) for line in events.splitlines() if line.startswith("data: ")][-1]

    def test_what_is_printed(self):
        self.assertRegex(self.server.url, r"^http://127\.0\.0\.1:\d+/#setup=[0-9a-f]{32}$")
        self.assertNotEqual(self.serve().setup, self.server.setup)
        self.assertRegex(self.serve("--token", "secret").url, r"/#setup=[0-9a-f]{32}$")
        self.assertRegex(self.serve("--host", "localhost").url, r"/#setup=[0-9a-f]{32}$")
        self.assertIn("folders", self.good(self.server, "GET", "/api/v1/info")["can"])

    def test_only_with_the_token(self):
        ours = self.server.setup
        other = ("0" if ours[0] != "0" else "1") + ours[1:]
        for headers in ({}, self.keyed(other), self.keyed(ours[:-1]), self.keyed(ours + "0"), self.keyed(ours.upper() + "x"),
                        {"Authorization": "Bearer " + ours}, {"Cookie": "hearken_session=" + ours}):
            for method, path, body in (("GET", FOLDERS, None), ("POST", JOBS, {"folder": str(self.music)})):
                with self.subTest(headers=headers, method=method):
                    problem = self.bad(self.server, method, path, 403, "unauthorized", body=body, headers=headers)
                    self.assertIn("X-Hearken-Setup", problem["detail"])
                    self.assertNotIn(ours, problem["detail"])
        self.bad(self.server, "GET", FOLDERS, 403, query={"setup": ours})  # an address ends up in logs
        self.assertEqual(self.good(self.server, "GET", JOBS)["jobs"], [])

    def test_the_token_alone_is_not_enough_where_there_is_another(self):
        server = self.serve("--token", "secret")
        headers = self.keyed(server.setup)
        self.bad(server, "GET", FOLDERS, 401, headers=headers)
        self.good(server, "GET", FOLDERS, headers={**headers, "Authorization": "Bearer secret"})

    def test_pages_and_names_of_elsewhere(self):
        for more, status in (({"Origin": "http://evil.example"}, 403), ({"Host": "evil.example"}, 421)):
            self.bad(self.server, "GET", FOLDERS, status, "permission_denied", headers={**self.keyed(), **more})
            self.bad(self.server, "POST", JOBS, status, "permission_denied", body={"folder": str(self.music)},
                     headers={**self.keyed(), **more})

    def test_not_where_others_reach_it_nor_with_allowed_folders(self):
        for arguments, reason in ((("--host", "0.0.0.0", "--insecure"), "this computer alone"),
                                  (("--allow-root", self.music), "--allow-root")):
            server = self.serve(*arguments)
            self.assertIsNone(server.setup)
            self.assertNotIn("#", server.url)
            self.assertNotIn("folders", self.good(server, "GET", "/api/v1/info")["can"])
            for token in ("", "0" * 32, self.server.setup):
                for method, path, body in (("GET", FOLDERS, None), ("POST", JOBS, {"folder": str(self.music)})):
                    with self.subTest(arguments=arguments, method=method, token=token):
                        problem = self.bad(server, method, path, 403, "permission_denied", body=body,
                                           headers={"X-Hearken-Setup": token})
                        self.assertIn(reason, problem["detail"])
            server.stop()

    def test_the_home_folder(self):
        home = self.look()
        self.assertEqual((home["path"], home["home"], home["sounds"], home["complete"], home["unnameable"]),
                         (str(self.home), str(self.home), 1, True, 0))
        self.assertEqual([(f["name"], f["sounds"], f["complete"], f["link"]) for f in home["folders"]],
                         [("Disc 1", 0, True, False), ("disc 2", 0, True, False), ("Disc 10", 0, True, False),
                          ("link", None, False, True), ("Music", 2, True, False),
                          ("share", 0, True, False)])  # the library is in it
        self.assertEqual([f["path"] for f in home["folders"]], [str(self.home / f["name"]) for f in home["folders"]])

    def test_other_folders(self):
        music = self.look(f"{self.home}/./Music/")
        self.assertEqual((music["path"], music["sounds"]), (str(self.home / "Music"), 2))
        self.assertEqual([(f["name"], f["sounds"]) for f in music["folders"]], [("Inner", 1)])
        self.assertEqual(self.look(f"{self.home}/Music/..")["path"], str(self.home))
        self.assertEqual(self.look(str(self.home / "link"))["path"], str(self.home / "link"))
        self.assertEqual(self.look("/")["path"], "/")
        self.assertEqual(self.look(str(self.home / ".hidden"))["folders"], [])

    def test_names_that_are_no_text(self):
        os.mkdir(os.fsencode(self.home) + b"/Caf\xe9")
        os.mkdir(self.home / "Café")
        home = self.look()
        self.assertEqual(home["unnameable"], 1)
        self.assertIn("Café", [f["name"] for f in home["folders"]])

    def test_very_many_entries_are_not_all_read(self):
        many = self.home / "many"
        many.mkdir()
        for i in range(12_000):
            (many / f"{i}.wav").touch()
        of = {f["name"]: f for f in self.look()["folders"]}
        self.assertTrue(0 < of["many"]["sounds"] < 12_000, of["many"])
        self.assertEqual((of["many"]["complete"], of["Music"]["sounds"], of["Music"]["complete"]), (False, 2, True))
        inside = self.look(str(many))
        self.assertEqual((inside["sounds"], inside["complete"]), (10_000, False))

    def test_what_is_no_folder(self):
        self.refused(str(self.home / "nothing here"), 404, "not_found")
        self.refused(str(self.home / "Music/a.wav/x"), 404, "not_found")
        self.assertIn("not a folder", self.refused(str(self.home / "Music/a.wav"), 400, "invalid_argument")["detail"])
        for path in ("Music", "", "~/Music", str(self.home) + "\0/x", str(self.home / "loop"), "/" + "x" * 300, "/x" * 3000):
            with self.subTest(path=path[:60]):
                self.refused(path, 400, "invalid_argument")
        self.bad(self.server, "POST", JOBS, 400, body={"folder": "/"}, headers=self.keyed())
        for body in ({"folder": 1}, {"folder": str(self.music), "source": 1}, {"folder": str(self.music), "root": 1}):
            self.bad(self.server, "POST", JOBS, 400, "invalid_argument", body=body, headers=self.keyed())
        self.bad(self.server, "GET", FOLDERS, 400, query={"folder": "/"}, headers=self.keyed())
        self.assertEqual(self.good(self.server, "GET", JOBS)["jobs"], [])

    def test_a_chosen_folder_is_indexed(self):
        for name in ("recording-01.ogg", "recording-03.mp3"):
            shutil.copy(SAMPLES / name, self.music)
        (self.music / "broken.mp3").write_bytes(b"this is no sound")
        self.assertIsNone(self.good(self.server, "GET", "/api/v1/info")["model"])
        job = self.good(self.server, "POST", JOBS, {"folder": str(self.home / "link")}, 201, headers=self.keyed())
        self.assertEqual((job["folder"], job["source"], job["root"]), (str(self.music), None, None))
        done = self.done(job)
        self.assertEqual((done["state"], done["report"]["indexed"]), ("done", 3), done)
        self.assertEqual([s["path"] for s in done["skipped"]], ["broken.mp3"])
        sources = self.good(self.server, "GET", "/api/v1/sources")
        self.assertEqual(([s["path"] for s in sources["sources"]], sources["roots"]), ([str(self.music)], []))
        again = self.good(self.server, "POST", JOBS, {"source": sources["sources"][0]["id"]}, 201)  # as ever, without it
        self.assertEqual(self.done(again)["report"]["unchanged"], 3)
        found = self.good(self.server, "GET", "/api/v1/search?q=a%20dog%20barking")
        self.assertEqual(len(found["results"]), 3)


class OrdinaryUserTest(Case):
    """As somebody who may not read everything; the server of the others may run as root."""

    def test_a_folder_that_may_not_be_read(self):
        locked = self.home / "locked"
        locked.mkdir(mode=0)
        self.addCleanup(locked.chmod, 0o700)
        server = self.start("serve", "--port", "0", preexec_fn=as_ordinary_user)
        port, token = re.search(r":(\d+)/#setup=(\w+)", server.stdout.readline().decode()).groups()

        def ask(method, path, body=None):
            headers = {"X-Hearken-Setup": token, "Content-Type": "application/json"}
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", int(port))) as connection:
                connection.request(method, path, body=body, headers=headers)
                response = connection.getresponse()
                return response.status, json.loads(response.read())

        status, home = ask("GET", FOLDERS)
        self.assertEqual(status, 200, home)
        self.assertEqual([(f["sounds"], f["complete"]) for f in home["folders"] if f["name"] == "locked"], [(None, False)])
        for method, path, body in (("GET", f"{FOLDERS}?path={locked}", None), ("POST", JOBS, json.dumps({"folder": str(locked)}))):
            status, problem = ask(method, path, body)
            self.assertEqual((status, problem["code"]), (403, "permission_denied"), problem)


if __name__ == "__main__":
    main()
