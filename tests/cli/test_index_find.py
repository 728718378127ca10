"""index, find and info over folders as people have them: first run, second run, changes, moves, losses, questions."""
import json
import os
import pathlib
import shutil

from harness import MODELS, SAMPLES, Case, as_ordinary_user, main, mount_tmpfs, noise, tone, unmount, vectors


class IndexTest(Case):
    def setUp(self):
        super().setUp()
        (self.music / "album").mkdir()
        tone(self.music / "a.wav", 220)
        tone(self.music / "b.wav", 880)
        noise(self.music / "album" / "c.wav", seed=1)

    def paths(self):
        return {hit["path"] for hit in self.find("a sound", "-k", "100")["results"]}

    def test_first_and_second_run(self):
        report = self.index(self.music)
        self.assert_counts(report, found=3, indexed=3, unchanged=0, missing=0, moved=0, pruned=0, skipped=[],
                           warnings=[], library=str(self.library), model="starter")
        self.assertAlmostEqual(report["audio_seconds"], 3.0, delta=0.01)
        self.assert_counts(self.info(), library=str(self.library), tracks=3, windows=3, sources=[str(self.music)])
        before = vectors(self.library)
        self.assert_counts(self.index(self.music), found=3, indexed=0, unchanged=3, audio_seconds=0, skipped=[])
        self.assertEqual(vectors(self.library), before)

    def test_info_names_the_model(self):
        self.index(self.music)
        info = self.info()
        [model] = info["models"]
        self.assert_counts(model, name="starter", windows=3, dimension=512)
        self.assertGreater(info["bytes"], 0)
        self.assertAlmostEqual(info["audio_seconds"], 3.0, delta=0.01)

    def test_output_for_people(self):
        done = self.hearken("index", self.music)
        self.assertIn("3 files: 3 new or changed", done.out)
        self.assertIn(str(self.library), done.out)
        self.assertIn(str(self.music / "a.wav"), self.hearken("find", "a beep").out)
        self.assertIn("starter", self.hearken("info").out)

    def test_quiet_is_quiet(self):
        self.assertEqual(self.hearken("index", self.music, "--quiet", "--json").err, "")
        self.assertEqual(self.hearken("find", "a beep", "--quiet", "--json").err, "")

    def test_brackets_are_not_a_list(self):
        (self.cwd / "[a, b]").mkdir()
        tone(self.cwd / "[a, b]/x.wav")
        self.assert_counts(self.index("[a, b]"), found=1, indexed=1)

    def test_single_files_relative_paths_and_overlaps(self):
        report = self.index("../music/a.wav", "../music/album", self.music / "album/c.wav", "../music/../music/a.wav")
        self.assert_counts(report, found=2, indexed=2, skipped=[])
        self.assertEqual(self.paths(), {str(self.music / "a.wav"), str(self.music / "album/c.wav")})

    def test_quick_and_then_the_whole(self):
        noise(self.music / "long.wav", seed=3, seconds=61)
        report = self.index(self.music, "--quick")
        self.assert_counts(report, found=4, indexed=4, quick=1, completed=0)
        self.assertAlmostEqual(report["audio_seconds"], 33.0, delta=0.01)
        self.assertEqual(len(self.paths()), 4)
        self.assert_counts(self.info(), tracks=4, quick_tracks=1, measured=0)
        self.assert_counts(self.info()["models"][0], windows=6, quick_tracks=1)
        self.assertIn("1 track of these by three windows", self.hearken("info").out)
        track = self.hearken("info", "--json", "long.wav")
        self.assert_counts(self.valid("info_track", track), quick=True, windows=3, measured=False)
        # What a person reads, and a second quick run.
        self.assertIn("4 files: 0 new or changed, 4 unchanged", self.hearken("index", "--quick", self.music).out)
        report = self.index(self.music)
        self.assert_counts(report, indexed=1, completed=1, quick=0, listened=3)
        self.assert_counts(self.info(), tracks=4, quick_tracks=0, measured=4)
        self.assert_counts(self.info()["models"][0], windows=3 + 12)
        before = vectors(self.library)
        self.library.unlink()
        self.index(self.music)
        self.assertEqual(vectors(self.library), before)

    def test_background(self):
        self.assert_counts(self.index(self.music, "--background"), found=3, indexed=3)

    def test_changed_file_is_embedded_again(self):
        self.index(self.music)
        before = vectors(self.library)
        noise(self.music / "b.wav", seed=7, seconds=1.5)
        self.assert_counts(self.index(self.music), found=3, indexed=1, unchanged=2, missing=0)
        after = vectors(self.library)
        changed = {path for path in after if after[path] != before[path]}
        self.assertEqual(changed, {os.fsencode(self.music / "b.wav")})
        self.assertEqual(self.info()["tracks"], 3)

    def test_touched_file_is_not(self):
        self.index(self.music)
        os.utime(self.music / "a.wav", (1, 1))
        self.assert_counts(self.index(self.music), found=3, indexed=0, missing=0, skipped=[])

    def test_moved_file_keeps_its_vectors_and_its_number(self):
        self.index(self.music)
        ids = {hit["path"]: hit["id"] for hit in self.find("a sound")["results"]}
        before = vectors(self.library)
        (self.music / "new").mkdir()
        (self.music / "a.wav").rename(self.music / "new" / "z.wav")
        self.assert_counts(self.index(self.music), found=3, indexed=0, moved=1, unchanged=2, missing=0)
        moved = {hit["path"]: hit["id"] for hit in self.find("a sound")["results"]}
        self.assertEqual(moved[str(self.music / "new/z.wav")], ids[str(self.music / "a.wav")])
        self.assertNotIn(str(self.music / "a.wav"), moved)
        self.assertEqual(sorted(vectors(self.library).values()), sorted(before.values()))
        self.assertEqual(self.info()["tracks"], 3)

    def test_renamed_folder(self):
        self.index(self.music)
        (self.music / "album").rename(self.music / "Album (1999)")
        self.assert_counts(self.index(self.music), indexed=0, moved=1, unchanged=2, missing=0)

    def test_copy_is_a_track_of_its_own_without_embedding(self):
        self.index(self.music)
        shutil.copy(self.music / "a.wav", self.music / "copy.wav")
        self.assert_counts(self.index(self.music), found=4, indexed=0, moved=1, unchanged=3, missing=0)
        self.assertEqual(self.info()["tracks"], 4)

    def test_vanished_file_is_hidden_and_comes_back(self):
        self.index(self.music)
        away = self.dir / "away.wav"
        (self.music / "b.wav").rename(away)
        self.assert_counts(self.index(self.music), found=2, indexed=0, unchanged=2, missing=1, pruned=0)
        self.assertNotIn(str(self.music / "b.wav"), self.paths())
        self.assertEqual(self.info()["tracks"], 2)
        away.rename(self.music / "b.wav")
        self.assert_counts(self.index(self.music), found=3, indexed=0, missing=0)
        self.assertIn(str(self.music / "b.wav"), self.paths())
        self.assertEqual(self.info()["tracks"], 3)

    def test_prune_forgets(self):
        self.index(self.music)
        away = self.dir / "away.wav"
        (self.music / "b.wav").rename(away)
        self.assert_counts(self.index(self.music, "--prune"), missing=1, pruned=1, indexed=0)
        away.rename(self.music / "b.wav")
        self.assert_counts(self.index(self.music), indexed=1, unchanged=2, pruned=0)

    def test_other_folder_is_left_alone(self):
        other = self.dir / "other"
        other.mkdir()
        tone(other / "d.wav", 330)
        self.index(self.music)
        (self.music / "b.wav").unlink()
        self.assert_counts(self.index(other), found=1, indexed=1, missing=0)
        self.assertEqual(self.info()["tracks"], 4)

    def test_unreadable_folder_changes_nothing(self):
        self.index(self.music)
        album = self.music / "album"
        album.chmod(0)
        self.addCleanup(album.chmod, 0o755)
        for _ in range(2):
            report = self.index(self.music, "--prune", status=3, preexec_fn=as_ordinary_user)
            self.assert_counts(report, found=2, unchanged=2, missing=0, pruned=0)
            self.assertEqual([note["path"] for note in report["skipped"]], [str(album)])
            self.assertRegex(report["skipped"][0]["reason"], "(?i)permission")
        self.assertEqual(self.info()["tracks"], 3)

    def test_vanished_root_changes_nothing(self):
        self.index(self.music)
        self.music.rename(self.dir / "gone")
        failed = self.hearken("index", "--prune", self.music, status=1)
        self.one_line(failed.err, str(self.music), "no such file")
        self.assertEqual(self.info()["tracks"], 3)
        (self.dir / "gone").rename(self.music)
        self.assert_counts(self.index(self.music), unchanged=3, indexed=0)

    def test_unmounted_root_changes_nothing(self):
        disk = self.dir / "disk"
        disk.mkdir()
        if not mount_tmpfs(self, disk, "4m"):
            self.skipTest("mounting a file system is not allowed here")
        shutil.copytree(self.music, disk / "music")
        self.index(disk)
        unmount(disk)
        report = self.hearken("index", "--json", "--prune", disk, status=1)
        self.one_line(report.err, str(disk), "mount")
        self.assertEqual(self.info()["tracks"], 3)

    def test_hidden_files_and_symlink_loops(self):
        tone(self.music / ".hidden.wav")
        (self.music / ".cache").mkdir()
        tone(self.music / ".cache" / "x.wav", 500)
        (self.music / "album" / "loop").symlink_to(self.music)
        (self.music / "self").symlink_to("self")
        (self.music / "nowhere.wav").symlink_to(self.dir / "none.wav")
        report = self.hearken("index", "--json", self.music, status=3)
        self.assert_counts(self.valid("index", report), indexed=3)
        self.one_line(report.err, "nowhere.wav", "leads nowhere")
        self.assertNotIn("loop", report.err)

    def test_what_lies_beside_music_is_passed_over_in_silence(self):
        (self.music / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(500))
        (self.music / "folder.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
        (self.music / "album.cue").write_text('FILE "a.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n')
        (self.music / "all.m3u8").write_text("#EXTM3U\n#EXTINF:1,a\na.wav\n")
        (self.music / "rip.log").write_text("Exact Audio Copy\n")
        (self.music / "empty").touch()
        report = self.hearken("index", "--json", self.music)
        self.assert_counts(self.valid("index", report), found=3, indexed=3, skipped=[], warnings=[])

    def test_sound_is_known_by_content(self):
        (self.music / "a.wav").rename(self.music / "recording.bin")
        (self.music / "b.wav").rename(self.music / "noextension")
        self.assert_counts(self.index(self.music), found=3, indexed=3, skipped=[])

    def test_every_sample_decodes(self):
        report = self.index(SAMPLES)
        self.assertGreaterEqual(report["indexed"], 30)
        self.assert_counts(report, skipped=[], warnings=[])

    def test_window_and_hop(self):
        tone(self.music / "long.wav", 300, seconds=4)
        self.index(self.music, "--window", "2", "--hop", "1")
        self.assertEqual(self.info()["windows"], 3 + 3)
        long = next(hit for hit in self.find("a beep")["results"] if hit["path"].endswith("long.wav"))
        self.assertAlmostEqual(long["end"] - long["start"], 2.0, delta=0.01)


class FindTest(Case):
    def setUp(self):
        super().setUp()
        tone(self.music / "a.wav", 220)
        noise(self.music / "b.wav", seed=1, seconds=12)

    def test_results(self):
        self.index(self.music)
        found = self.find("white noise")
        self.assert_counts(found, query="white noise", model="starter")
        hits = found["results"]
        self.assertEqual([hit["rank"] for hit in hits], [1, 2])
        self.assertEqual([pathlib.Path(hit["path"]).name for hit in hits], ["b.wav", "a.wav"])
        self.assertGreaterEqual(hits[0]["score"], hits[1]["score"])
        self.assertGreater(hits[0]["end"], hits[0]["start"])
        self.assertLessEqual(hits[0]["end"], 12.01)
        self.assertEqual(len(self.find("white noise", "-k", "1")["results"]), 1)

    def test_one_line_from_nothing_to_an_answer(self):
        found = self.valid("find", self.hearken("find", "white noise", "--dir", self.music, "--json"))
        self.assertEqual(len(found["results"]), 2)
        tone(self.music / "new.wav", 660)
        self.assertEqual(len(self.find("white noise", "--dir", self.music)["results"]), 3)

    def test_dir_limits_the_answer(self):
        other = self.dir / "other"
        other.mkdir()
        tone(other / "c.wav", 550)
        self.index(self.music)
        paths = [hit["path"] for hit in self.find("a beep", "--dir", other)["results"]]
        self.assertEqual(paths, [str(other / "c.wav")])
        self.assertEqual(len(self.find("a beep")["results"]), 3)

    def test_same_question_same_answer(self):
        self.index(self.music)
        first, second = (self.find("a beep")["results"] for _ in range(2))
        self.assertEqual(first, second)

    def test_odd_questions(self):
        self.index(self.music)
        for text in ("🎵", "é" * 2000, "дождь", "[CLS]", "--", "-1", "\u200b"):
            with self.subTest(text=text):
                self.assertEqual(len(self.find("--", text)["results"]), 2)
        self.hearken("find", "--json", b"rain \xff\xfe")


class NextStepTest(Case):
    """Whoever is stuck is told what to do next."""

    def test_nothing_to_index(self):
        self.one_line(self.hearken("index", status=2).err, "hearken index", "music")

    def test_no_library_yet(self):
        for command in (["find", "a beep"], ["info"]):
            with self.subTest(command=command):
                self.assertIn("hearken index", self.hearken(*command, status=1).err)
                self.assertFalse(self.library.exists())

    def test_folder_without_sound(self):
        (self.music / "notes.txt").write_text("hello")
        report = self.hearken("index", "--json", self.music)
        self.assert_counts(self.valid("index", report), found=0, indexed=0)
        self.assertIn(str(self.music), report.err)

    def test_empty_library(self):
        self.index(self.music)
        self.assertIn("hearken index", self.hearken("find", "a beep", status=1).err)
        self.assert_counts(self.info(), tracks=0, windows=0)

    def test_nothing_found(self):
        tone(self.music / "a.wav")
        empty = self.dir / "empty"
        empty.mkdir()
        self.index(self.music)
        found = self.hearken("find", "a beep", "--json", "--dir", empty)
        self.assertEqual(self.valid("find", found)["results"], [])
        self.one_line(found.err, str(empty), "no sound")
        self.one_line(self.hearken("find", "a beep", "--dir", self.dir / "none", status=1).err, "none", "no such folder")
        (self.music / "a.wav").unlink()
        self.index(self.music)
        self.one_line(self.hearken("find", "a beep", status=1).err, str(self.library), "index where they are now")

    def test_empty_question(self):
        tone(self.music / "a.wav")
        self.index(self.music)
        for text in ("", "  \t"):
            with self.subTest(text=text):
                self.assertIn("hearken find", self.hearken("find", text, status=2).err)

    def test_library_of_another_model(self):
        other = self.dir / "other-model"
        shutil.copytree(MODELS / "starter", other, ignore=shutil.ignore_patterns("*.safetensors", "config.json"))
        (other / "model.safetensors").symlink_to((MODELS / "starter/model.safetensors").resolve())
        config = json.loads((MODELS / "starter/config.json").read_text())
        config["text_config"]["head"]["beta"] += 1
        (other / "config.json").write_text(json.dumps(config))
        tone(self.music / "a.wav")
        self.index(self.music)
        failed = self.hearken("find", "a beep", "--model", other, status=1)
        self.one_line(failed.err, str(self.library), "--model starter", f"hearken index --model {other}")

        # Indexed with both, each answers for itself.
        self.assert_counts(self.index(self.music, "--model", other), indexed=1)
        self.assertEqual(len(self.info()["models"]), 2)
        self.assertEqual(len(self.find("a beep", "--model", other)["results"]), 1)
        self.assertEqual(self.find("a beep")["model"], "starter")

    def test_wrong_usage(self):
        tone(self.music / "a.wav")
        cases = ([], ["frobnicate"], ["index", "--frobnicate", self.music], ["find"], ["embed"],
                 ["index", "--precision", "fp64", self.music], ["index", "--threads", "many", self.music],
                 ["index", "--hop", "0", self.music], ["index", "--window", "nan", self.music],
                 ["find", "x", "-k", "-3"], ["embed", "--text", "a", "--audio", "b.wav", "--out", "x.npy"])
        for arguments in cases:
            with self.subTest(arguments=arguments):
                done = self.hearken(*arguments, status=2)
                self.assertEqual(done.out, "")
                self.assertNotEqual(done.err, "")
        self.assertFalse(self.library.exists())

    def test_wrong_usage_is_named(self):
        cases = ((["find", "x", "--modle", "y"], "unknown option --modle", "find"),
                 (["find", "--modle=x", "y"], "unknown option --modle", "find"),
                 (["embed", "--ou", "x.npy", "--text", "x"], "unknown option --ou", "embed"),
                 (["index", self.music, "-x"], "unknown option -x", "index"),
                 (["--frobnicate"], "unknown option --frobnicate", ""),
                 (["frobnicate"], "unknown command frobnicate", ""),
                 (["find", "calm", "piano"], "unexpected argument piano", "find"),
                 (["find"], "TEXT is required", "find"),
                 (["find", "x", "--model", ""], "--model: is empty", "find"),
                 (["index", self.music, "--model="], "--model", "index"),
                 (["model", "convert", "x"], "--out is required", "model convert"),
                 (["model", "convert", "x", "--ot", "y"], "unknown option --ot", "model convert"),
                 (["model", "frobnicate"], "unknown command frobnicate", "model"))
        for arguments, reason, command in cases:
            with self.subTest(arguments=arguments):
                wrong = self.hearken(*arguments, status=2).err
                self.one_line(wrong, reason, "(see hearken " + (command + " " if command else "") + "--help)")

    def test_unknown_model(self):
        tone(self.music / "a.wav")
        failed = self.hearken("index", self.music, "--model", self.dir / "none", status=1)
        self.one_line(failed.err, str(self.dir / "none"))

    def test_help_and_version(self):
        self.assertRegex(self.hearken("--version").out, r"\d+\.\d+\.\d+")
        for command in ("index", "find", "embed", "info"):
            with self.subTest(command=command):
                self.assertIn(command, self.hearken("--help").out)
                self.assertIn(f"hearken {command}", self.hearken(command, "--help").out)


if __name__ == "__main__":
    main()
