"""tune, killed and begun again: the same bits as if nothing had happened."""
import json
import signal

from harness import main, wait_until
from tune_case import TOY, TuneCase, metrics


class ResumeTest(TuneCase):
    def setUp(self):
        super().setUp()
        self.need_libtorch()
        self.data = self.captions(20)

    def command(self, out, *more):
        """`more` replaces options of the same name."""
        options = {"--data": self.data, "--model": TOY, "-o": out, "--batch": "4", "--seconds": "1", "--epochs": "3", "--lr": "1e-3",
                   "--patience": "0", "--seed": "5", "--accumulate": "2", "--threads": "1"}
        flags = [word for word in more if word == "--json"]
        words = [word for word in more if word not in flags]
        options.update(zip(words[::2], words[1::2]))
        return ["tune", *flags, *(word for option in options.items() for word in option)]

    def killed_after(self, out, steps, *more):
        process = self.start(*self.command(out, *more))
        log = out / "training/metrics.jsonl"
        done = lambda: log.exists() and log.read_bytes().count(b'"step"') >= steps
        self.assertTrue(wait_until(done, process), "it ended before it could be killed")
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def test_killed_in_the_middle_of_an_epoch(self):
        whole, broken = self.dir / "whole", self.dir / "broken"
        self.hearken(*self.command(whole))
        for steps in (1, 3, 5):  # two steps an epoch: in the first, second and third
            self.killed_after(broken, steps, "--save-steps", "1")
        said = self.hearken(*self.command(broken))
        self.one_line(said.err, "broken", "going on after", "of 6 steps")
        self.assertEqual(metrics(broken), metrics(whole))
        self.assertEqual((broken / "model.safetensors").read_bytes(), (whole / "model.safetensors").read_bytes())
        self.assertEqual([p.name for p in broken.rglob("*.partial")], [])
        # It prints the epochs before it went on, too.
        for epoch in ("before", "epoch 1", "epoch 2", "epoch 3"):
            self.one_line(said.out, epoch)

    def test_killed_where_nothing_was_saved(self):
        whole, broken = self.dir / "whole", self.dir / "broken"
        self.hearken(*self.command(whole))
        self.killed_after(broken, 3)  # the last state is that of the first epoch's end
        self.hearken(*self.command(broken))
        self.assertEqual(metrics(broken), metrics(whole))
        self.assertEqual((broken / "model.safetensors").read_bytes(), (whole / "model.safetensors").read_bytes())

    def test_other_options_are_refused(self):
        out = self.dir / "out"
        self.killed_after(out, 1, "--save-steps", "1")
        state = (out / "training/state.json").read_bytes()
        for options, word in ((("--lr", "1e-4"), "--lr 0.001, not 0.0001"), (("--epochs", "4"), "--epochs 3, not 4"),
                              (("--train", "heads"), "--train all, not heads"), (("--seed", "6"), "sounds and captions")):
            with self.subTest(options):
                self.one_line(self.hearken(*self.command(out, *options), status=1).err, str(out / "training"), word)
        self.captions(19)
        self.one_line(self.hearken(*self.command(out), status=1).err, "the sounds and captions to train on")
        self.assertEqual((out / "training/state.json").read_bytes(), state)

    def test_one_that_is_finished_says_so(self):
        out = self.dir / "out"
        first = self.hearken(*self.command(out, "--json"))
        model = (out / "model.safetensors").read_bytes()
        again = self.hearken(*self.command(out))
        self.one_line(again.err, "was trained before")
        self.assertEqual((out / "model.safetensors").read_bytes(), model)
        lines = self.hearken(*self.command(out, "--json")).out.splitlines()
        self.assertEqual([json.loads(line) for line in lines], [json.loads(line) for line in first.out.splitlines()])

    def test_two_at_a_time(self):
        out = self.dir / "out"
        process = self.start(*self.command(out, "--epochs", "50"))
        self.assertTrue(wait_until(lambda: (out / "training/state.json").exists(), process))
        self.one_line(self.hearken(*self.command(out, "--epochs", "50"), status=1).err, "another process is training here")
        process.kill()

    def test_a_state_that_is_damaged(self):
        out = self.dir / "out"
        self.killed_after(out, 3, "--save-steps", "1")
        log = out / "training/metrics.jsonl"
        text = log.read_bytes()
        log.write_bytes(text[:40])
        self.one_line(self.hearken(*self.command(out), status=1).err, "metrics.jsonl", "40 bytes")
        log.write_bytes(text)
        (out / "training/state.json").write_text("{}")
        self.one_line(self.hearken(*self.command(out), status=1).err, "state.json")


if __name__ == "__main__":
    main()
