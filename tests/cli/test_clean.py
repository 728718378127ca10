"""clean: real applause and speech, silence and near-silence are found, win no votes, stay findable, and come back."""
import shutil
import sqlite3
import wave

from harness import SOURCE, Case, main, noise, tone, write_wav

CLEAN = SOURCE / "tests/data/clean"


def samples(path):
    """16-bit samples of a mono file of 8 bits."""
    with wave.open(str(path)) as file:
        return [(b - 128) * 256 for b in file.readframes(file.getnframes())]


def quiet_noise(count, amplitude):
    state, out = 1, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        out.append((state >> 16) % (2 * amplitude + 1) - amplitude)
    return out


class CleanTest(Case):
    def prepare(self):
        self.applause = samples(CLEAN / "applause.wav")
        tone(self.music / "low.wav", 220, seconds=26)
        tone(self.music / "high.wav", 2000, seconds=26)
        noise(self.music / "noise.wav", seed=1, seconds=26)
        self.add = self.dir / "added"
        self.add.mkdir()
        write_wav(self.add / "applause.wav", (self.applause * 6)[:20 * 16000])
        write_wav(self.add / "ovation.wav", [s // 2 for s in (self.applause * 6)[5000:5000 + 12 * 16000]])
        write_wav(self.add / "nothing.wav", [0] * (20 * 16000))
        write_wav(self.add / "almost.wav", quiet_noise(20 * 16000, 12))  # -73 dBFS
        self.index(self.music, "--threads", "1")

    def add_all(self):
        self.index(self.add, "--threads", "1")

    def clean(self, *arguments, status=0):
        return self.valid("clean", self.hearken("clean", "--json", *arguments, status=status))

    def like(self, *arguments):
        report = self.valid("like", self.hearken("like", "--json", *arguments))
        del report["timings_ms"]
        return report

    def voted(self, *arguments):
        return {r["path"].split("/")[-1] for r in self.like(*arguments, "-k", "100")["results"]}

    def found(self, report, *keys):
        return sorted(tuple(p[k].split("/")[-1] if k == "path" else p[k] for k in keys) for p in report["passages"])

    def test_an_added_set_wins_no_votes(self):
        query = tone(self.cwd / "query.wav", 220, seconds=12)
        with wave.open(str(query)) as file:  # a tone, then silence, then applause
            heard = file.readframes(file.getnframes())
        live = [int.from_bytes(heard[i:i + 2], "little", signed=True) for i in range(0, len(heard), 2)]
        live = write_wav(self.cwd / "live.wav", live + [0] * (20 * 16000) + (self.applause * 4)[:12 * 16000])
        added = {"applause.wav", "ovation.wav", "nothing.wav", "almost.wav"}
        silent = {"nothing.wav", "almost.wav"}  # known when they are indexed: they win nothing anyway
        alone = self.like(live)
        self.add_all()
        before = self.like(live)
        self.assertEqual(self.voted(live) & added, added - silent)  # else this shows nothing
        find = self.find("applause", "-k", "2")["results"]
        self.assertEqual({r["path"].split("/")[-1] for r in find}, {"applause.wav", "ovation.wav"})
        moments = self.find("applause", "--moments")["results"]

        report = self.clean()
        self.assertEqual(self.found(report, "path", "reason", "start", "end"),
                         [("almost.wav", "silence", 0, 20), ("applause.wav", "clapping", 0, 20),
                          ("nothing.wav", "silence", 0, 20), ("ovation.wav", "clapping", 0, 12)])
        self.assert_counts(report, tracks=7, windows=5 * 3 + 3 * 3 + 2, flagged=11, dry_run=False,
                           by_reason={"silence": 6, "clapping": 5, "speech": 0}, skipped=[])
        self.assertEqual(self.voted(live) & added, set())
        after = self.like(live)
        self.assertEqual(after["results"], alone["results"])  # as if they had never been there
        for name in added:  # nor do they vote, though they may be asked about
            asked = self.hearken("like", self.add / name, "--json")
            self.assertEqual({r["path"] for r in asked.json["results"]} & {str(self.add / n) for n in added}, set())
            self.assertIn("nothing is heard" if name in silent else "flagged all", asked.err)
            self.assertEqual(asked.json["results"] == [], name in silent)
        self.assertEqual(self.find("applause", "-k", "2")["results"], find)
        self.assertEqual(self.find("applause", "--moments")["results"], moments)
        self.assertEqual(self.clean(), report)  # again: the same

        undone = self.valid("clean", self.hearken("clean", "--undo", "--json"))
        self.assertEqual(undone["unflagged"], 11)
        self.assertEqual(self.like(live), before)
        self.assertEqual(self.hearken("clean", "--undo").out, "0 windows were flagged, and vote again\n")

    def test_a_concert_votes_without_its_applause(self):
        with wave.open(str(self.music / "low.wav")) as file:
            data = file.readframes(20 * 16000)
        song = [int.from_bytes(data[i:i + 2], "little", signed=True) for i in range(0, len(data), 2)]
        write_wav(self.add / "concert.wav", song + [0] * (15 * 16000) + (self.applause * 8)[:25 * 16000])
        self.add_all()
        [number] = [r["id"] for r in self.find("a tone", "-k", "20")["results"] if r["path"].endswith("concert.wav")]
        self.assertEqual(self.like(f"id:{number}")["windows"], 9)  # of 11: two are silent
        passages = self.found(self.clean(), "path", "reason", "start", "end")
        self.assertIn(("concert.wav", "silence", 20, 35), passages)
        self.assertIn(("concert.wav", "clapping", 30, 60), passages)
        concert = self.like(f"id:{number}")
        self.assertEqual(concert["windows"], 4)
        self.assertLessEqual({m["start"] for r in concert["results"] for m in r["moments"]}, {0, 5, 10, 15})
        self.assertNotIn("nothing.wav", {r["path"].split("/")[-1] for r in concert["results"]})

    def test_dry_run_changes_nothing(self):
        self.add_all()
        before = self.library.read_bytes()
        report = self.clean("--dry-run")
        self.assertEqual((report["flagged"], report["dry_run"]), (11, True))
        self.assertEqual(self.library.read_bytes(), before)
        self.assertEqual(self.voted(self.add / "ovation.wav") & {"applause.wav"}, {"applause.wav"})
        done = self.hearken("clean", "--dry-run")
        self.assertRegex(done.out, r"(?m)^clapping     0:00–0:20     applause.wav$")
        self.assertIn("11 of 26 windows in 7 tracks: silence 6, clapping 5; nothing was flagged", done.err)

    def test_speech_on_request(self):
        shutil.copy(CLEAN / "speech.opus", self.add)
        self.add_all()
        self.assertNotIn(("speech.opus", "speech"), self.found(self.clean(), "path", "reason"))
        report = self.clean("--speech")
        self.assertIn(("speech.opus", "speech"), self.found(report, "path", "reason"))
        self.assertEqual(report["by_reason"]["speech"], 2)
        self.assertEqual(self.clean()["by_reason"]["speech"], 0)  # the flags are those of the last run

    def test_faint_is_not_silent(self):
        write_wav(self.add / "hiss.wav", quiet_noise(12 * 16000, 200))  # -49 dBFS
        beep = [0] * (9 * 16000) + [3000 if i // 20 % 2 else -3000 for i in range(8000)] + [0] * 8000
        write_wav(self.add / "beep.wav", beep)
        self.add_all()
        self.assertEqual({p["path"].split("/")[-1] for p in self.clean()["passages"] if p["reason"] == "silence"},
                         {"nothing.wav", "almost.wav"})

    def test_a_copy_takes_its_flags_along(self):
        self.add_all()
        self.clean()
        shutil.copy(self.add / "applause.wav", self.add / "same.wav")
        self.add_all()
        self.assertEqual(self.voted(self.music / "low.wav", "--neighbours", "100"), {"high.wav", "noise.wav"})

    def test_silence_is_known_when_indexing(self):
        write_wav(self.add / "late.wav", [0] * (20 * 16000) + [3000 if i // 20 % 2 else -3000 for i in range(10 * 16000)])
        self.add_all()
        info = self.info()
        self.assert_counts(info, tracks=8, silent_windows=3 + 3 + 3)  # nothing, almost, and late's 0-10, 5-15, 10-20
        self.assert_counts(info["models"][0], silent_windows=9, silent_tracks=2)
        self.assertIn("silence  9 windows of these, no answer to anything; 2 tracks of nothing else", self.hearken("info").out)
        self.assertIn("5 windows, 3 of them silent", self.hearken("info", self.add / "late.wav").out)
        silent = {"nothing.wav", "almost.wav"}
        for query in ("calm", "silent night", "applause", "relaxing"):
            for more in ((), ("--rank", "best"), ("--rank", "top3"), ("--moments",)):
                found = self.find(query, "-k", "50", *more)["results"]
                self.assertEqual({r["path"].split("/")[-1] for r in found} & silent, set())
                self.assertEqual({r["start"] for r in found if r["path"].endswith("late.wav")} & {0, 5, 10}, set())
        for query in ("silence", "a silent track", "quiet room tone"):
            found = self.find(query, "-k", "50")["results"]
            self.assertEqual({r["path"].split("/")[-1] for r in found[:2]}, silent)
            self.assertEqual([r["score"] for r in found[:2]], [1, 1])
            self.assertEqual(len(found), 8)
        self.assertEqual(self.voted(self.add / "late.wav") & silent, set())
        self.assertEqual(self.like(self.add / "late.wav")["windows"], 2)
        by_mean = self.like(self.music / "low.wav", "--by", "mean", "-k", "50")["results"]
        self.assertEqual({r["path"].split("/")[-1] for r in by_mean} & silent, set())
        pairs = self.valid("similar", self.hearken("similar", "--all", "--json"))["pairs"]
        self.assertEqual(len(pairs), 6 * 5 // 2)
        listed = self.valid("playlist", self.hearken("playlist", "white noise", "--minutes", "10", "--json"))["tracks"]
        self.assertEqual({t["path"].split("/")[-1] for t in listed} & silent, set())

    def test_a_silent_query_has_no_answer(self):
        for query in (self.add / "nothing.wav", self.add / "almost.wav"):
            for indexed in (False, True):
                for by in ("votes", "mean"):
                    done = self.hearken("like", query, "--json", "--by", by)
                    self.assertEqual(self.valid("like", done)["results"], [])
                    self.assertIn("nothing is heard", done.err)
                if not indexed:
                    self.index(query)

    def test_a_file_that_is_gone_is_named(self):
        self.add_all()
        (self.add / "nothing.wav").unlink()
        done = self.hearken("clean", "--json", status=3)
        report = self.valid("clean", done)
        self.assertEqual([s["path"] for s in report["skipped"]], [str(self.add / "nothing.wav")])
        self.assertEqual(report["by_reason"]["silence"], 3)
        self.one_line(done.err, "nothing.wav", "not measured", "No such file")
        self.index(self.add)  # marks it missing: then it is not asked about
        self.assertEqual(self.clean()["skipped"], [])

    def test_wrong_input(self):
        for arguments, says in ((("--undo", "--dry-run"), "exclude"), (("--undo", "--speech"), "--undo"),
                                (("extra",), "unexpected argument extra")):
            done = self.hearken("clean", *arguments, status=2)
            self.assertEqual(done.out, "")
            self.assertIn(says, done.err)
        self.one_line(self.hearken("clean", "--library", "none.db", status=1).err, "none.db")
        self.one_line(self.hearken("clean", "--undo", "--library", "none.db", status=1).err, "none.db")
        self.clean()
        database = sqlite3.connect(self.library)
        with database:
            database.execute("INSERT INTO window_flags VALUES (1, x'01')")
        database.close()
        self.one_line(self.hearken("find", "rain", status=1).err, "flags", "clean --undo")
        self.hearken("clean", "--undo")
        self.find("rain")


if __name__ == "__main__":
    main()
