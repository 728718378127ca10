"""hearken mcp: the Model Context Protocol on standard input and output, and at /mcp of a server."""
import base64
import io
import json
import pathlib
import subprocess
import wave

import harness
from harness import PROGRAM, SAMPLES, main, noise, tone
from serve_case import ServeCase


class Client:
    """`hearken mcp`, one message a line."""

    def __init__(self, case, *arguments):
        self.process = subprocess.Popen([PROGRAM, "mcp", "--quiet", *map(str, arguments)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=case.env, cwd=case.cwd)
        case.addCleanup(harness.end, self.process)
        self.number = 0

    def send(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        return json.loads(self.process.stdout.readline())

    def request(self, method, **parameters):
        self.number += 1
        self.send(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters}))
        answer = self.receive()
        assert answer["id"] == self.number, answer
        return answer

    def tool(self, name, **arguments):
        return self.request("tools/call", name=name, arguments=arguments)["result"]

    def answer(self, name, **arguments):
        """What a tool says, as the JSON in its text."""
        result = self.tool(name, **arguments)
        assert not result["isError"], result
        return json.loads(result["content"][0]["text"])

    def end(self):
        out, err = self.process.communicate(timeout=harness.HANG_SECONDS)
        return self.process.returncode, out.decode(), err.decode()


class StandardInputTest(ServeCase):
    def prepare(self):
        self.index(SAMPLES)

    def test_handshake(self):
        client = Client(self)
        began = client.request("initialize", protocolVersion="2025-06-18", capabilities={},
                               clientInfo={"name": "test", "version": "1"})["result"]
        self.assertEqual(began["protocolVersion"], "2025-06-18")
        self.assertEqual(began["serverInfo"]["name"], "hearken")
        self.assertEqual(client.request("initialize", protocolVersion="1999-01-01")["result"]["protocolVersion"],
                         "2025-11-25")
        client.send(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))
        self.assertEqual(client.request("ping")["result"], {})
        tools = client.request("tools/list")["result"]["tools"]
        self.assertEqual([t["name"] for t in tools],
                         ["find_sound", "moments", "similar", "describe", "events", "match", "hear", "library_info"])
        for tool in tools:
            harness.jsonschema and harness.jsonschema.Draft202012Validator.check_schema(tool["inputSchema"])
            self.assertTrue(tool["annotations"]["readOnlyHint"])
        self.assertEqual(client.end(), (0, "", ""))

    def test_a_session(self):
        """Finds, looks closer, hears and copies, as an agent would."""
        target = self.dir / "film"
        target.mkdir()
        client = Client(self, "--allow-root", target)
        found = client.answer("find_sound", query="a dog barking")
        self.assertEqual(found["answer"], "clear")
        first = found["results"][0]
        expected = self.find("a dog barking", "-k", "1")["results"][0]
        self.assertEqual((first["track"], first["file"]), (expected["id"], expected["path"]))
        self.assertAlmostEqual(first["likelihood"], expected["likelihood"], places=3)
        self.assertEqual(len(found["results"]), 5)
        track = first["track"]

        moment = client.answer("moments", query="a dog barking", track=track)["results"][0]
        self.assertEqual(moment["track"], track)
        events = client.answer("events", track=track, texts=["a dog barking"])["events"]
        self.assertEqual(events[0]["text"], "a dog barking")
        said = client.answer("describe", track=track)
        self.assertIn("dog", json.dumps(said["sounds"]).lower() + said["caption"].lower())
        self.assertIsInstance(said["loudness"], float)
        others = client.answer("similar", track=track, k=3)["results"]
        self.assertNotIn(track, [o["track"] for o in others])
        self.assertEqual(client.answer("match", path=first["file"])["results"][0]["track"], track)
        self.assertEqual(len(client.answer("similar", path=first["file"], k=2)["results"]), 2)

        clip = client.tool("hear", track=track, start=0, duration=1.5)["content"][0]
        self.assertEqual((clip["type"], clip["mimeType"]), ("audio", "audio/wav"))
        with wave.open(io.BytesIO(base64.b64decode(clip["data"]))) as sound:
            self.assertEqual(sound.getnframes(), round(1.5 * sound.getframerate()))

        written = client.answer("copy_to", track=track, folder=str(target / "dogs"))["written"]
        self.assertEqual(pathlib.Path(written).read_bytes(), pathlib.Path(first["file"]).read_bytes())
        part = client.answer("copy_to", track=track, folder=str(target / "dogs"), start=0.5, end=1.0)["written"]
        with wave.open(part) as sound:
            self.assertAlmostEqual(sound.getnframes() / sound.getframerate(), 0.5, places=2)
        self.assertEqual(client.answer("library_info")["tracks"], 39)

    def test_what_is_not_there(self):
        client = Client(self)
        answer = client.answer("find_sound", query="asdf qwer")
        self.assertEqual((answer["answer"], "words" in answer["note"]), ("none", True))
        for name, arguments, words in (
                ("describe", {"track": 999}, "not_found: there is no track 999"),
                ("similar", {"path": "/nowhere.wav"}, "not_found: /nowhere.wav: there is no such file"),
                ("similar", {}, "invalid_argument: path: either this or a track was expected"),
                ("find_sound", {"query": "rain", "where": "tempo <"}, "invalid_argument: where"),
                ("find_sound", {"query": "rain", "colour": 1}, "invalid_argument: colour"),
                ("find_sound", {"query": "rain", "k": 51}, "invalid_argument: k"),
                ("hear", {"track": 1, "duration": 21}, "invalid_argument: duration")):
            with self.subTest(name=name, arguments=arguments):
                result = client.tool(name, **arguments)
                self.assertTrue(result["isError"], result)
                self.assertIn(words, result["content"][0]["text"])

    def test_copies_stay_below_their_folders(self):
        target = self.dir / "film"
        target.mkdir()
        (target / "out").symlink_to(self.dir)
        client = Client(self, "--allow-root", target)
        for folder in (self.dir, target / "out", target / "..", f"{target}/../elsewhere", f"{target}x", "film", "/"):
            with self.subTest(folder=folder):
                result = client.tool("copy_to", track=1, folder=str(folder))
                self.assertTrue(result["isError"], result)
        self.assertEqual(sorted(p.name for p in target.iterdir()), ["out"])
        without = Client(self)
        self.assertEqual(without.request("tools/call", name="copy_to", arguments={})["error"]["code"], -32602)

    def test_messages_that_are_none(self):
        client = Client(self)
        for line, code in (("{", -32700), ("[]", -32600), ('{"id": 1, "method": "ping"}', -32600),
                           ('{"jsonrpc": "2.0", "id": 1, "method": "prompts/list"}', -32601),
                           ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call"}', -32602),
                           ('{"jsonrpc": "2.0", "id": {}, "method": "ping"}', -32600),
                           ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "nothing"}}', -32602),
                           ('{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}', -32600),
                           ("\udcff".encode("utf-8", "surrogateescape").decode("latin-1"), -32700),
                           ("[" * 100000, -32700)):
            with self.subTest(line=line[:60]):
                client.send(line)
                self.assertEqual(client.receive()["error"]["code"], code)
        client.send("")
        self.assertEqual(client.request("ping")["result"], {})  # still there


class ServerTest(ServeCase):
    def prepare(self):
        for i in range(40):
            tone(self.music / f"{'long name ' * 9}{i}.wav", 200 + 10 * i, seconds=1)
        noise(self.music / "noise.wav", seed=1, seconds=12)
        self.index(self.music)

    def rpc(self, server, method, parameters=None, **options):
        message = {"jsonrpc": "2.0", "id": "x", "method": method, "params": parameters or {}}
        return self.good(server, "POST", "/mcp", message, **options)

    def test_over_http(self):
        server = self.serve("--allow-root", self.music)
        self.assertEqual(self.rpc(server, "initialize")["result"]["serverInfo"]["name"], "hearken")
        self.assertEqual(server.post("/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"}).status, 202)
        names = [t["name"] for t in self.rpc(server, "tools/list")["result"]["tools"]]
        self.assertNotIn("match", names)
        self.assertIn("copy_to", names)
        result = self.rpc(server, "tools/call", {"name": "find_sound", "arguments": {"query": "noise"}})["result"]
        found = json.loads(result["content"][0]["text"])
        self.assertEqual(found["results"][0]["file"], "noise.wav")  # no path of this machine
        said = self.rpc(server, "tools/call", {"name": "describe", "arguments": {"track": found["results"][0]["track"]}})
        self.assertFalse(said["result"]["isError"], said)

        short = self.rpc(server, "tools/call", {"name": "find_sound", "arguments": {"query": "a beep"}})["result"]
        self.assertLessEqual(len(short["content"][0]["text"]), 4000)
        asked = self.rpc(server, "tools/call", {"name": "find_sound", "arguments": {"query": "a beep", "k": 40}})
        self.assertEqual(len(json.loads(asked["result"]["content"][0]["text"])["results"]), 40)

        for method in ("GET", "DELETE"):
            self.assertEqual(server.ask(method, "/mcp").status, 405)
        self.assertEqual(server.post("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"},
                                     **{"MCP-Protocol-Version": "1999-01-01"}).status, 400)
        self.assertEqual(server.post("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"},
                                     Origin="http://evil.example").status, 403)

    def test_rights(self):
        token = "0123456789abcdef0123"
        reader_token = self.hearken("token", "add", "reader", "--json").json["token"]
        server = self.serve("--allow-root", self.music, "--token", token)
        self.assertEqual(server.post("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"}).status, 401)
        main_token = {"Authorization": f"Bearer {token}"}
        names = [t["name"] for t in self.rpc(server, "tools/list", headers=main_token)["result"]["tools"]]
        self.assertIn("copy_to", names)
        reader = {"Authorization": f"Bearer {reader_token}"}
        names = [t["name"] for t in self.rpc(server, "tools/list", headers=reader)["result"]["tools"]]
        self.assertNotIn("copy_to", names)


if __name__ == "__main__":
    main()
