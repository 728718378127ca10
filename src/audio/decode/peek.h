// What a file's own bytes tell where libavformat does not.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hearken::audio {

/// pread() that goes on after a signal.
ssize_t read_at(int fd, void* buffer, std::size_t size, std::int64_t offset) noexcept;

/// FFmpeg looks for a format in the first MiB only. Behind an ID3v2 tag longer than that (a large cover) it goes by the
/// file's name; this is the name to give it, by content as well: "x.mp3", "x.flac", "x.aac" or "".
const char* name_behind_id3(int fd);

/// What a WAVE file says its samples take; 0 when it does not say, or only with the largest number a program writes
/// when it cannot know. libavformat has no duration for a file that is shorter than that, which is when it is needed.
std::int64_t wave_data_bytes(int fd);

/// Whether the last page of an Ogg file goes beyond the file's end. Ogg declares no length: a file cut between pages
/// looks whole.
bool ogg_is_cut_off(int fd, std::int64_t file_size);

bool looks_like_text(int fd);

/// Seconds of sound by what the header says (of Ogg: the last page), for WAVE, AIFF, FLAC, MP3, Ogg Vorbis and Ogg
/// Opus; nothing for others. Reads at most 70 KiB. What a file says need not be true.
std::optional<double> declared_seconds(int fd, std::int64_t file_size);

}  // namespace hearken::audio
