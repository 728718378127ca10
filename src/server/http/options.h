// What `hearken serve` was asked for, and the limits it keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "library/watching/watch.h"

namespace hearken::server {

struct ServeOptions {
  std::filesystem::path library;
  std::string host = "127.0.0.1";            // an address, or a name that has one
  int port = 8080;                           // 0: any that is free
  std::string user = "hearken";              // of Subsonic clients; the token is the password
  std::string token;                         // with every right; empty: none, though there may be a file of others
  std::vector<std::filesystem::path> roots;  // folders that may be indexed
  std::string setup_token;                   // who has it may choose any folder; the server makes it, empty: none may
  bool full_paths = false;                   // tools name files by their paths, and take them: who asks is this user
  bool insecure = false;                     // beyond this computer without a token
  int threads = 0;                           // 0: all cores
  std::filesystem::path tls_cert, tls_key;   // empty: plain HTTP
  bool watch = false;                        // index sources again when something changes in them
  library::QuietHours quiet;                 // in which that waits
  std::function<void(const std::string&)> say = [](const std::string&) {};  // a line for whoever runs the server

  bool tls() const { return !tls_cert.empty(); }
};

struct Limits {
  std::size_t header_bytes = 16 << 10;
  std::size_t json_bytes = 1 << 20;
  std::size_t large_json_bytes = 48 << 20;  // vectors, and sound within JSON
  std::uint64_t upload_bytes = 256 << 20;
  double upload_seconds = 3600;  // decoded
  std::size_t uploads = 64;      // kept at a time
  std::uint64_t all_upload_bytes = std::uint64_t{2} << 30;
  std::int64_t upload_lives_seconds = 3600;
  double excerpt_seconds = 120;
  std::size_t connections = 4096, connections_of_one = 1024;  // as far as the system lets a process open files
  std::uint64_t body_memory = 512 << 20;                      // of all JSON that is being received or answered
  std::uint64_t least_bytes_per_second = 4096;                // of a body, on average, beyond `stalled_seconds`
  int idle_seconds = 30;          // of a connection without a request; a request's headers must be there by then, too
  int handshake_seconds = 10;     // of TLS
  int stalled_seconds = 30;       // of a body or an answer that does not move
  int answer_seconds = 120;       // from a request to its answer
  double write_wait_seconds = 2;  // for another program's writing to the library to end, from a request's last byte
  int drain_seconds = 10;         // after SIGTERM
  std::size_t search_queue = 64;
  std::size_t light_queue = 512;
  std::size_t write_queue = 64;
  std::size_t heavy_queue = 32;
};

}  // namespace hearken::server
