"""`hearken serve --watch`: a library that follows its folders."""
import os
import sqlite3

from harness import Storm, main, tone, vectors, wait_until
from serve_case import ServeCase


class ServeWatchTest(ServeCase):
    def found(self):
        if not self.library.exists():
            return set()
        database = sqlite3.connect(f"file:{self.library}?mode=ro", uri=True)
        try:
            return {os.fsdecode(path) for path, in database.execute("SELECT path FROM tracks WHERE missing = 0")}
        finally:
            database.close()

    def test_a_storm_ends_as_a_fresh_index(self):
        storm = Storm(self.music)
        self.index(self.music)
        server = self.serve("--watch")
        there = storm.blow()
        self.assertTrue(wait_until(lambda: self.found() == there, server.process))
        self.assertTrue(wait_until(lambda: all(job["state"] == "done" for job in server.get("/api/v1/jobs").json["jobs"]),
                                   server.process))
        self.assertEqual(server.stop()[0], 0)
        self.index(self.music, "--library", self.dir / "fresh.db")
        self.assertEqual(vectors(self.dir / "fresh.db"), vectors(self.library))

    def test_an_allowed_folder_is_indexed_and_one_that_vanishes_comes_back(self):
        tone(self.music / "a.wav")
        (self.music / "disk").mkdir()
        tone(self.music / "disk/b.wav", 600)
        both = {str(self.music / "a.wav"), str(self.music / "disk/b.wav")}
        server = self.serve("--watch", "--allow-root", self.music)
        self.assertTrue(wait_until(lambda: self.found() == both, server.process))
        (self.music / "disk").rename(self.dir / "away")
        self.assertTrue(wait_until(lambda: self.found() == {str(self.music / "a.wav")}, server.process))
        (self.dir / "away").rename(self.music / "disk")
        self.assertTrue(wait_until(lambda: self.found() == both, server.process))
        self.assertEqual(server.stop()[0], 0)

    def test_wrong_usage(self):
        self.one_line(self.hearken("serve", "--quiet-hours", "1:00-2:00", status=2).err, "--watch")
        self.one_line(self.hearken("serve", "--watch", "--quiet-hours", "25:00-1:00", status=2).err, "--quiet-hours")


if __name__ == "__main__":
    main()
