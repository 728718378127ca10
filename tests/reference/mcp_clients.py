#!/usr/bin/env python3
"""`hearken mcp` asked by the official Python client, over standard input and over HTTP: an agent's session.

    python3 -m venv V && V/bin/pip install mcp==2.3.0
    V/bin/python tests/reference/mcp_clients.py [--program build/hearken] [--folder samples]

Finds a dog, looks closer, hears it, copies it; prints what each answer weighs in bytes of text. mcp_clients.mjs does the
same with the TypeScript client."""
import argparse
import asyncio
import base64
import json
import os
import pathlib
import re
import subprocess
import tempfile

from mcp import Client, StdioServerParameters

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MOST = 4096  # bytes of text, unless more is asked for


async def session(client, target):
    tools = [tool.name for tool in (await client.list_tools()).tools]
    print(f"  protocol {client.protocol_version}, {len(tools)} tools")

    async def ask(name, **arguments):
        result = await client.call_tool(name, arguments)
        assert not result.is_error, result
        text = result.content[0].text
        assert len(text.encode()) <= MOST, (name, len(text))
        print(f"  {name}: {len(text.encode())} bytes")
        return json.loads(text)

    found = await ask("find_sound", query="a dog barking")
    assert found["answer"] == "clear", found
    track = found["results"][0]["track"]
    for name, arguments in (("moments", {"query": "a dog barking", "track": track}), ("describe", {"track": track}),
                            ("events", {"track": track, "texts": ["a dog barking"]}), ("similar", {"track": track}),
                            ("library_info", {})):
        await ask(name, **arguments)
    heard = (await client.call_tool("hear", {"track": track, "duration": 1})).content[0]
    assert heard.type == "audio" and base64.b64decode(heard.data).startswith(b"RIFF")
    written = await ask("copy_to", track=track, folder=str(target))
    assert pathlib.Path(written["written"]).stat().st_size > 0
    refused = await client.call_tool("copy_to", {"track": track, "folder": "/"})
    assert refused.is_error and "permission_denied" in refused.content[0].text
    unknown = await client.call_tool("describe", {"track": 10**9})
    assert unknown.is_error and "not_found" in unknown.content[0].text


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=str(ROOT / "build/hearken"))
    parser.add_argument("--folder", default=str(ROOT / "samples"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        library, target = f"{work}/library.db", pathlib.Path(work, "film")
        target.mkdir()
        environment = {**os.environ, "HEARKEN_MODELS": os.environ.get("HEARKEN_MODELS", str(ROOT / "models"))}
        subprocess.run([options.program, "index", "--quiet", options.folder, "--library", library], env=environment, check=True)
        print("standard input:")
        served = StdioServerParameters(command=options.program, env=environment,
                                       args=["mcp", "--quiet", "--library", library, "--allow-root", str(target)])
        async with Client(served) as client:
            await session(client, target / "a")
        print("HTTP:")
        server = subprocess.Popen([options.program, "serve", "--port", "0", "--library", library, "--allow-root", str(target)],
                                  stdout=subprocess.PIPE, env=environment, text=True)
        try:
            address = re.match(r"Open (http://[^/]+)/", server.stdout.readline())[1]
            async with Client(f"{address}/mcp") as client:
                await session(client, target / "b")
        finally:
            server.terminate()
            server.wait()
    print("good")


asyncio.run(main())
