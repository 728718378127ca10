"""Threads, Ctrl-C, progress, memory."""
import os
import pathlib
import shutil
import signal
import threading
import time
import unittest

import hearken_audio as hk
from case import SAMPLES, Case, python

CALLS = int(os.environ.get("HEARKEN_CALLS", "300"))  # of each kind; the 10,000 take a while


def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


class Running(Case):
    def test_two_threads_search_while_one_indexes(self):
        path = self.folder / "busy.db"
        shutil.copy(self.path, path)
        more = self.folder / "more"
        more.mkdir(exist_ok=True)
        for n in range(4):
            (more / f"{n}.wav").write_bytes((SAMPLES / "recording-02.wav").read_bytes() + bytes([n]))
        lib, found, wrong = hk.Library(path), [], []
        expected = {hit.id for hit in lib.find("rain", k=3)}
        over = threading.Event()

        def search(text):
            try:
                while not over.is_set():
                    found.append(expected <= {hit.id for hit in lib.find(text, k=30)})
            except Exception as error:  # noqa: BLE001: reported below
                wrong.append(error)

        threads = [threading.Thread(target=search, args=(text,)) for text in ("rain", "rain")]
        for thread in threads:
            thread.start()
        lib.index(more)
        over.set()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])
        self.assertTrue(found and all(found))

    def test_the_lock_is_released(self):
        ticks, over = [0], threading.Event()

        def tick():
            while not over.is_set():
                ticks[0] += 1
                time.sleep(0.001)

        thread = threading.Thread(target=tick)
        thread.start()
        hk.Model("starter").audio(SAMPLES / "recording-02.wav")
        over.set()
        thread.join()
        self.assertGreater(ticks[0], 10)

    def test_progress(self):
        told = []
        lib = hk.Library(self.folder / "progress.db")
        lib.index(SAMPLES / "recording-02.wav", progress=told.append)
        self.assertEqual(told[-1].files_done, 1)

    def test_an_error_in_progress_ends_the_run(self):
        def fail(_):
            raise LookupError("enough")

        with self.assertRaisesRegex(LookupError, "enough"):
            hk.Library(self.folder / "failing.db").index(SAMPLES, progress=fail)

    def stopped(self, code):
        """Seconds from SIGINT to the end of an interpreter that runs `code`; it must end by KeyboardInterrupt, caught."""
        process = python("import hearken_audio as hk, signal\n"
                         "signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever this was started from\n"
                         "print('begun', flush=True)\n"
                         f"try:\n    {code}\n    print('done')\n"
                         "except KeyboardInterrupt:\n    print('stopped')\n")
        self.assertEqual(process.stdout.readline(), "begun\n")
        time.sleep(1.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
        self.assertEqual((out, err, process.returncode), ("stopped\n", "", 0))
        return time.monotonic() - began

    def long_sound(self):
        """A folder with minutes of sound."""
        folder = self.folder / "long"
        if not folder.exists():
            folder.mkdir()
            import numpy as np
            import wave
            noise = (np.random.default_rng(1).normal(0, 3000, 48000 * 600)).astype("<i2").tobytes()
            for n in range(6):
                with wave.open(str(folder / f"{n}.wav"), "wb") as file:
                    file.setnchannels(1), file.setsampwidth(2), file.setframerate(48000)
                    file.writeframes(noise[n * 2:-12 + n * 2])
        return folder

    def test_ctrl_c_ends_indexing(self):
        folder = self.long_sound()
        self.assertLess(self.stopped(f"hk.Library({str(self.folder / 'stopped.db')!r}).index({str(folder)!r})"), 60)
        lib = hk.Library(self.folder / "stopped.db")
        if lib.path.exists():
            self.assertEqual(lib.check().damaged, [])

    def test_ctrl_c_ends_listening(self):
        files = [str(path) for path in sorted(self.long_sound().iterdir())]
        self.assertLess(self.stopped(f"hk.Model().events({files!r}, ['rain', 'dog'])"), 60)
        self.assertLess(self.stopped(f"hk.Model().classify({files!r}, ['rain', 'dog'])"), 60)

    def test_memory_stays_flat(self):
        model, lib, query = hk.Model("starter"), self.lib, SAMPLES / "recording-02.wav"
        track = lib.track(query).id
        calls = {
            "find": lambda: lib.find("rain"), "like": lambda: lib.like(track), "text": lambda: model.text(["rain"]),
            "tracks": lambda: lib.tracks(), "info": lambda: lib.info(), "rows": lambda: lib.find("rain").rows(),
            "error": lambda: self.refused("invalid_argument", lib.find, " "), "labels": lambda: hk.label_set("esc50"),
        }
        for name, call in calls.items():
            for _ in range(max(20, CALLS // 10)):
                call()
            before = resident()
            for _ in range(CALLS):
                call()
            with self.subTest(call=name):
                self.assertLess(resident() - before, 8 << 20)


if __name__ == "__main__":
    unittest.main()
