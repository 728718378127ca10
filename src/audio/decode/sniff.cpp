// Whether a file may be sound, by its first bytes and by its name.
#include "audio/decode/sniff.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "audio/decode/decode.h"
#include "audio/decode/peek.h"
#include "core/text.h"

namespace hearken::audio {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::size_t offset;
  std::string_view bytes;
};

// What the containers of the allow-list begin with. A match is a promise, not an answer.
constexpr Mark kMarks[] = {
    {0, "ID3"sv},
    {0, "RIFF"sv},
    {0, "RIFX"sv},
    {0, "RF64"sv},
    {0, "BW64"sv},
    {0, "riff\x2e\x91\xcf\x11"sv},  // Wave64
    {0, "OggS"sv},
    {0, "fLaC"sv},
    {4, "ftyp"sv},
    {4, "moov"sv},
    {4, "mdat"sv},
    {4, "wide"sv},
    {4, "free"sv},
    {4, "skip"sv},
    {4, "pnot"sv},
    {0, "\x1a\x45\xdf\xa3"sv},  // Matroska
    {0, "FORM"sv},
    {0, "FRM8"sv},
    {0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"sv},  // ASF
    {0, "wvpk"sv},
    {0, "MAC "sv},
    {0, "caff"sv},
    {0, ".snd"sv},
    {0, "TTA1"sv},
    {0, "tBaK"sv},
    {0, "MP+"sv},
    {0, "MPCK"sv},
    {0, "DSD "sv},
    {0, "1bit"sv},
    {0, "#!AMR"sv},
    {0, "FLV\x01"sv},
    {0, ".RMF"sv},
    {0, "Creative Voice File"sv},
    {0, "NIST_1A"sv},
    {0, "ajkg"sv},
    {0, ".SoX"sv},
    {0, "XoS."sv},
    {0, "2BIT"sv},
    {0, " paf"sv},
    {0, "fap "sv},
    {0, "PVF1"sv},
    {0, "PVF2"sv},
    {0, "EA3"sv},
    {0, "ea3"sv},
    {0, "DTSHDHDR"sv},
    {0, "\x7f\xfe\x80\x01"sv},  // DTS, in its four orders
    {0, "\xfe\x7f\x01\x80"sv},
    {0, "\x1f\xff\xe8\x00"sv},
    {0, "\xff\x1f\x00\xe8"sv},
    {0, "\x0b\x77"sv},  // AC-3
    {0, "\x77\x0b"sv},
    {4, "\xf8\x72\x6f"sv},      // MLP, TrueHD
    {0, "\x64\xa3"sv},          // IRCAM
    {0, "\x00\x00\x01\xba"sv},  // MPEG program stream
};

bool promises_sound(std::string_view head) {
  for (const Mark& mark : kMarks) {
    if (head.size() >= mark.offset && head.substr(mark.offset).starts_with(mark.bytes)) return true;
  }
  const auto byte = [head](std::size_t i) { return i < head.size() ? static_cast<unsigned char>(head[i]) : 0U; };
  if (byte(0) == 0xFF && (byte(1) & 0xE0) == 0xE0) return true;                // MPEG audio, ADTS
  if (byte(0) == 0x47 && byte(188) == 0x47 && byte(376) == 0x47) return true;  // MPEG transport stream
  return byte(4) == 0x47 && byte(196) == 0x47 && byte(388) == 0x47;            // the same, with time codes
}

}  // namespace

bool promises_sound(const SoundFile& file) {
  std::array<char, 512> head;
  const ssize_t got = read_at(file.descriptor.number(), head.data(), head.size(), 0);
  return got > 0 && promises_sound(std::string_view(head.data(), static_cast<std::size_t>(got)));
}

bool has_audio_extension(const std::filesystem::path& path) {
  static constexpr std::string_view kExtensions[] = {
      ".aac",  ".ac3",  ".aif", ".aifc", ".aiff", ".amr", ".ape", ".au",  ".caf",  ".dff",  ".dsf",  ".dts",
      ".eac3", ".flac", ".m4a", ".m4b",  ".mka",  ".mp2", ".mp3", ".mpc", ".oga",  ".ogg",  ".opus", ".ra",
      ".shn",  ".snd",  ".spx", ".tak",  ".tta",  ".voc", ".w64", ".wav", ".wave", ".weba", ".wma",  ".wv",
  };
  const std::string extension = lower_ascii(path.extension().native());
  return std::find(std::begin(kExtensions), std::end(kExtensions), extension) != std::end(kExtensions);
}

}  // namespace hearken::audio
