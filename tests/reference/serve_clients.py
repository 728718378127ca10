#!/usr/bin/env python3
"""`hearken serve` asked by the clients that people use: PyPI's openai, py-opensonic and py-sonic.

    python3 -m venv /tmp/clients && /tmp/clients/bin/pip install openai py-opensonic py-sonic
    /tmp/clients/bin/python tests/reference/serve_clients.py [PROGRAM]

Run by hand: the tests themselves need nothing but the standard library (tests/cli/test_serve_others.py)."""
import base64
import math
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "samples"


def openai_client(url, token):
    import openai
    client = openai.OpenAI(base_url=url + "v1", api_key=token)
    assert [m.id for m in client.models.list()] == ["starter"]
    answer = client.embeddings.create(model="starter", input=["calm piano", "a dog barking"])  # base64 inside
    plain = client.embeddings.create(model="starter", input=["calm piano", "a dog barking"], encoding_format="float")
    for one, other in zip(answer.data, plain.data):
        assert len(one.embedding) == 512 and max(abs(a - b) for a, b in zip(one.embedding, other.embedding)) < 1e-6
    sound = base64.b64encode((SAMPLES / "recording-02.wav").read_bytes()).decode()
    heard = client.embeddings.create(model="starter", encoding_format="float", input=[
        {"type": "input_audio", "input_audio": {"data": sound, "format": "wav"}}])
    assert math.isclose(sum(x * x for x in heard.data[0].embedding), 1, abs_tol=1e-4)
    for call, kind in ((lambda: client.embeddings.create(model="gpt", input="x"), openai.NotFoundError),
                       (lambda: client.embeddings.create(model="starter", input=""), openai.BadRequestError),
                       (lambda: openai.OpenAI(base_url=url + "v1", api_key="wrong").models.list(), openai.AuthenticationError)):
        try:
            call()
            raise AssertionError("nothing was thrown")
        except kind as error:
            print("  openai says:", error.body["message"])
    print(f"openai {openai.__version__}: embeddings of text and sound, models, errors")


def opensonic_client(port, token):
    import libopensonic
    for legacy in (False, True):
        connection = libopensonic.Connection("http://127.0.0.1", "anna", token, port=port, legacy_auth=legacy)
        assert connection.ping()
    extensions = {e.name for e in connection.get_open_subsonic_extensions()}
    assert "sonicSimilarity" in extensions, extensions
    everything = connection.search3("", song_count=500).song
    assert len(everything) == 39, len(everything)
    piano = connection.search3("calm piano", song_count=5).song
    assert len(piano) == 5 and connection.get_song(piano[0].id).title == piano[0].title
    assert connection.get_similar_songs2(piano[0].id, count=4)
    matches = connection.get_sonic_similar_tracks(piano[0].id, count=4)
    path = connection.find_sonic_path(piano[0].id, everything[0].id, count=6)
    assert len(matches) == 4 and path[0].entry.id == piano[0].id and path[-1].entry.id == everything[0].id
    with connection.stream(piano[0].id) as stream:
        assert len(stream.read()) > 1000
    connection.create_playlist(name="evening", song_ids=[s.id for s in piano])
    made = connection.get_playlists()[0]
    connection.update_playlist(made.id, song_indices_to_remove=[0])
    assert [s.id for s in connection.get_playlist(made.id).entry] == [s.id for s in piano[1:]]
    connection.delete_playlist(made.id)
    assert len(connection.get_random_songs(size=3)) == 3
    try:
        libopensonic.Connection("http://127.0.0.1", "anna", "wrong", port=port).get_song(piano[0].id)
        raise AssertionError("nothing was thrown")
    except libopensonic.errors.SonicError as error:
        print("  py-opensonic says:", error)
    print("py-opensonic: logs in, searches, streams, gets similar songs and a path, keeps playlists")


def sonic_client(port, token):
    import libsonic
    connection = libsonic.Connection("http://127.0.0.1", "anna", token, port=port)
    assert connection.ping()
    songs = connection.search3("a dog barking", songCount=3)["searchResult3"]["song"]
    assert len(songs) == 3
    assert len(connection.stream(songs[0]["id"]).read()) > 1000
    assert connection.getSimilarSongs2(songs[0]["id"], count=3)["similarSongs2"]["song"]
    assert len(connection.getRandomSongs(2)["randomSongs"]["song"]) == 2
    print("py-sonic: logs in, searches, streams, gets similar songs")


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/hearken")
    with tempfile.TemporaryDirectory() as folder:
        library = f"{folder}/library.db"
        subprocess.run([program, "index", str(SAMPLES), "--library", library, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([program, "serve", "--port", "0", "--library", library, "--quiet", "--user", "anna", "--token",
                                   "sesame"], stdout=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://\S+:(\d+)/", server.stdout.readline())
            openai_client(url[0], "sesame")
            opensonic_client(int(url[1]), "sesame")
            sonic_client(int(url[1]), "sesame")
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


if __name__ == "__main__":
    main()
