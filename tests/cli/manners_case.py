"""What the tests of the command line's manners share: the commands there are, and runs that may end in any way."""
from harness import HANG_SECONDS, Case, Result


class Manners(Case):
    known = []

    def complete(self, *words):
        return [line.split("\t")[0] for line in self.hearken("complete", *words).out.splitlines()]

    def hearken(self, *arguments, any_status=False, **options):
        if not any_status:
            return super().hearken(*arguments, **options)
        process = self.start(*arguments)
        out, err = process.communicate(timeout=HANG_SECONDS)
        return Result(process, out.decode(), err.decode())

    def commands(self, *above):
        return [word for word in self.complete(*above, "") if not word.startswith(":")]

    def leaves(self):
        """Every command that does something by itself, as a list of words; the list is the program's own."""
        if not Manners.known:
            for name in self.commands():
                group = self.hearken(name, "--help").out.split("Usage: ")[1].startswith(f"hearken {name} COMMAND")
                below = [[name, word] for word in self.commands(name)] if group else []
                Manners.known += below if group and name != "config" else [[name], *below]
        return Manners.known
