"""Models: vectors to the bit, labels, events, sounds from memory and from files."""
import io
import json
import subprocess
import unittest
import wave

import numpy as np

import hearken_audio as hk
from case import PROGRAM, SAMPLES, Case

SOUND = SAMPLES / "recording-02.wav"


def samples_of(path):
    """(samples, rate) of a WAV file, as float32 [frames, channels]."""
    with wave.open(str(path)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
        return raw, file.getframerate()


class Models(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = hk.Model("starter")

    def embedded(self, *arguments):
        out = self.folder / "vectors.npy"
        subprocess.run([PROGRAM, "embed", *map(str, arguments), "--out", out, "--quiet", "--library", self.path], check=True,
                       capture_output=True)
        return np.load(out)

    def test_vectors_are_the_command_lines(self):
        paths = [SOUND, SAMPLES / "recording-03.mp3", SAMPLES / "recording-04.ogg", SAMPLES / "recording-05.opus"]
        rows = self.model.audio(paths)
        self.assertEqual((rows.shape, rows.dtype), ((4, self.model.dimension), np.float32))
        np.testing.assert_array_equal(rows, self.embedded(*paths))
        texts = ["a dog", "rain"]
        np.testing.assert_array_equal(self.model.text(texts), self.embedded("--text", texts[0], "--text", texts[1]))
        vectors, starts = self.model.windows(SOUND)
        np.testing.assert_array_equal(vectors, self.embedded(SOUND, "--windows"))
        self.assertEqual(len(starts), len(vectors))

    def test_sounds_in_memory(self):
        samples, rate = samples_of(SOUND)
        rows = self.model.audio([SOUND, (samples, rate), (samples.astype(np.float32) / 32768, rate), io.BytesIO(SOUND.read_bytes())])
        for row in rows[1:]:
            np.testing.assert_array_equal(row, rows[0])
        with open(SOUND, "rb") as file:
            np.testing.assert_array_equal(self.model.audio(file), rows[:1])
        found, again = self.lib.like(SOUND, include_self=True), self.lib.like((samples, rate))
        self.assertEqual(found[0].id, again[0].id)

    def test_bad_sounds(self):
        self.refused("not_found", self.model.audio, self.folder / "absent.wav")
        said = self.refused("corrupt", self.model.audio, [io.BytesIO(b"not a sound at all" * 50)])
        self.assertIn("samples 1", said)
        self.assertNotIn("/proc", said)
        for samples in (np.zeros((2, 1000)), np.zeros(0), np.zeros((1, 1, 1)), np.full(100, np.nan), np.array(["a"])):
            self.refused("invalid_argument", self.model.audio, (samples, 48000))
        self.refused("invalid_argument", self.model.audio, (np.zeros(100), 0))

    def test_nothing(self):
        self.assertEqual(self.model.audio([]).shape, (0, self.model.dimension))
        self.assertEqual(self.model.text([]).shape, (0, self.model.dimension))

    def test_similarity(self):
        A, T = self.model.audio([SOUND]), self.model.text(["a dog", "rain"])
        np.testing.assert_allclose(self.model.similarity(A, T), A @ T.T)
        self.assertEqual(self.model.similarity(A[0], T).shape, (1, 2))
        self.refused("invalid_argument", self.model.similarity, A[:, :5], T)

    def test_encode(self):
        one = self.model.encode("rain")
        self.assertEqual(one.shape, (self.model.dimension,))
        both = self.model.encode(["rain", {"audio": SOUND}])
        np.testing.assert_array_equal(both[0], one)
        np.testing.assert_array_equal(both[1], self.model.audio(SOUND)[0])

    def test_classify(self):
        result = self.model.classify(SOUND, ["dog", "rain", "engine"])
        said = self.program("classify", SOUND, "--labels", "dog,rain,engine")["results"][0]["scores"]
        self.assertEqual([(one.label, one.score, one.probability) for one in result],
                         [(one["label"], one["score"], one["probability"]) for one in said])
        several = self.model.classify([SOUND, self.folder / "absent.wav"], "esc50")
        self.assertEqual((len(several), [note.code for note in several.skipped]), (1, ["not_found"]))
        self.refused("not_found", self.model.classify, self.folder / "absent.wav", ["dog", "rain"])

    def test_classify_a_track(self):
        track = self.lib.tracks()[0]
        result = self.lib.classify(track.id, ["dog", "rain"])
        self.assertEqual((result.id, result.path), (track.id, track.path))

    def test_events(self):
        result = self.model.events(SOUND, ["dog barking", "rain"], least_likelihood=0.1, heat=True)
        said = self.program("events", SOUND, "--text", "dog barking", "--text", "rain", "--min", 0.1)["results"][0]["events"]
        self.assertEqual([(one.label, one.start, one.end, one.likelihood) for one in result],
                         [(one["text"], one["start"], one["end"], one["likelihood"]) for one in said])
        self.assertEqual(result.heat.shape[1], 2)
        self.assertTrue(hk.webvtt(result).startswith("WEBVTT"))
        samples, rate = samples_of(SOUND)
        memory = self.model.events((samples, rate), ["dog barking", "rain"], least_likelihood=0.1)
        self.assertEqual([one.start for one in memory], [one.start for one in result])

    def test_score_and_caption(self):
        result = self.model.score([SOUND], ["rain", "dog"])
        self.assertEqual(len(result.rows()), 2)
        self.assertTrue(hk.score_csv(result).startswith("path,title,artist,text"))
        self.assertTrue(self.model.captions(SOUND).text)
        self.assertEqual(self.model.filter(SOUND, ["gunshot"]).path, SOUND)

    def test_what_it_is(self):
        info = self.model.info
        self.assertEqual((info.name, info.device), ("starter", "cpu"))
        self.assertEqual(self.model.fingerprint(), self.lib.info().models[0].fingerprint)
        self.assertIn("starter", repr(self.model))
        self.assertTrue(hk.model_details("starter").files)
        self.refused("not_found", hk.Model, "no/such/model/here")

    def test_evaluations(self):
        rng = np.random.default_rng(1)
        truth = [place % 3 for place in range(60)]
        rows = np.eye(3, 8, dtype=np.float32)[truth] + rng.normal(0, 0.1, (60, 8)).astype(np.float32)
        self.assertEqual(hk.zero_shot(rows, np.eye(3, 8), truth).accuracy.value, 1)
        self.assertGreater(hk.linear_probe(rows, truth).accuracy.value, 0.9)
        self.assertEqual(hk.rank_correlation([1, 2, 3, 4], [2, 3, 4, 5]).rho, 1)

    def test_labels(self):
        self.assertIn("esc50", hk.label_set_names())
        self.assertEqual(len(hk.label_set("esc50").labels), 50)
        self.assertEqual([label.name for label in hk.label_set("rain, dog_bark").labels], ["rain", "dog_bark"])

    def test_training_is_refused(self):
        said = self.refused("unsupported", hk.tune, self.folder, self.folder / "tuned")
        self.assertIn("libtorch", said)
        self.assertEqual(hk.tune_recipe("fma-small").options.epochs, 3)


class Others(Case):
    def test_scikit_learn(self):
        try:
            from sklearn.linear_model import LogisticRegression
            from sklearn.pipeline import make_pipeline
        except ImportError:
            self.skipTest("no scikit-learn here")
        from hearken_audio.sklearn import SoundVectors
        paths = [SAMPLES / f"recording-0{n}.{end}" for n, end in ((2, "wav"), (3, "mp3"), (4, "ogg"), (8, "flac"))]
        pipeline = make_pipeline(SoundVectors(), LogisticRegression()).fit(paths, [0, 0, 1, 1])
        self.assertEqual(pipeline.predict(paths[:1]).shape, (1,))

    def test_torch(self):
        try:
            import torch  # noqa: F401
        except ImportError:
            self.skipTest("no torch here")
        from hearken_audio.torch import VectorDataset
        data = VectorDataset.of_library(self.lib, label=lambda row: row["path"].rsplit(".")[-1])
        self.assertEqual((len(data), data[0][0].shape), (self.lib.info().tracks, (self.lib.model.dimension,)))

    def test_the_program(self):
        said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
        self.assertIn(hk.__version__, said)
        self.assertIsInstance(json.loads(json.dumps(hk.__version__)), str)


if __name__ == "__main__":
    unittest.main()
