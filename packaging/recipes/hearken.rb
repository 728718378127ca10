# Homebrew on Linux. Not tried: written after Homebrew's documentation. macOS is not supported (the decoders' jail is Linux').
# The page must be in the source archive: use the one of a release, not the repository's.
class Hearken < Formula
  desc "Find any sound by describing it, or by handing over another sound"
  homepage "https://example.org/hearken"
  url "https://example.org/hearken/hearken-0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"

  depends_on "boost" => :build
  depends_on "cli11" => :build
  depends_on "cmake" => :build
  depends_on "highway" => :build
  depends_on "ninja" => :build
  depends_on "nlohmann-json" => :build
  depends_on "pkgconf" => :build
  depends_on "protozero" => :build
  depends_on "tomlplusplus" => :build
  depends_on "cairo"
  depends_on "curl"
  depends_on "expat"
  depends_on "ffmpeg"
  depends_on "fmt"
  depends_on "libebur128"
  depends_on "libsoxr"
  depends_on "libvorbis"
  depends_on :linux
  depends_on "onednn"
  depends_on "openssl@3"
  depends_on "sqlite"
  depends_on "utf8proc"
  depends_on "xxhash"

  def install
    system "cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DHEARKEN_TESTS=OFF", *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
    pkgshare.install "samples"
  end

  test do
    system bin/"hearken", "index", "--library", testpath/"library.db", pkgshare/"samples"
    assert_match "recording", shell_output("#{bin}/hearken find 'a dog barking' --library #{testpath}/library.db")
  end
end
