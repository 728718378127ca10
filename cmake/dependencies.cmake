# What Hearken links, and why. Each is kept, packaged by Debian, and made for its job.
#   oneDNN      matrix products with packed weights, tuned for every CPU it meets
#   Highway     vector code written once, compiled for each instruction set, chosen at run time
#   FFmpeg      every codec people have
#   vorbisfile  Ogg Vorbis that FFmpeg refuses: its own library takes headers that stand there twice
#   soxr        the resampler the reference implementations use
#   SQLite      the library file
#   utf8proc    Unicode properties and normalisation for the tokenizers; comparing without regard to case
#   xxHash      content hashes as fast as memory
#   Cairo       PNG pictures of maps: shapes and letters with soft edges
#   expat       XML of XSPF playlists: strict, with line numbers, and a DOCTYPE can be refused at its start
#   libcurl     HTTPS for model downloads, with the system's proxies and certificates
#   libcrypto, libssl   SHA-256 and SHA-1, by which the hub names contents; TLS of the server; libcurl's OpenSSL flavour brings them along anyway
#   protozero   the protocol buffers of gRPC, read and written by hand where a distributed engine is spoken to; headers only
#   Boost.Beast and Asio   the server: HTTP as coroutines on one thread, thousands of slow connections; headers only
#   toml++      config.toml, with the line of what is wrong; headers only
#   nlohmann-json, fmt, CLI11   configuration files and output, text, the command line
# Found by torch.cmake, where there is one:
#   libtorch    gradients and CUDA
find_package(OpenMP REQUIRED COMPONENTS CXX)  # only to tell oneDNN how many threads it may use
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.74 REQUIRED CONFIG)  # headers
find_path(HEARKEN_PROTOZERO_INCLUDE protozero/pbf_writer.hpp REQUIRED)
find_path(HEARKEN_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
find_package(CURL REQUIRED)  # pkg-config's flags of Debian 13's are other ones when it is configured again, and all is built again
find_package(PkgConfig REQUIRED)
# Debian's dnnl-config.cmake asks for OpenCL's development files, which a program on the CPU has no use for.
find_library(HEARKEN_DNNL_LIBRARY dnnl REQUIRED)
find_path(HEARKEN_DNNL_INCLUDE oneapi/dnnl/dnnl.hpp REQUIRED)
pkg_check_modules(hearken_pkg REQUIRED IMPORTED_TARGET
  libavformat libavcodec libavutil vorbisfile libhwy soxr sqlite3 libutf8proc libxxhash libcrypto libssl expat cairo)

# Private to the library: a static libhearken.a still needs them when a program is linked (see install.cmake).
add_library(hearken_dependencies INTERFACE)
target_link_libraries(hearken_dependencies INTERFACE
  Threads::Threads OpenMP::OpenMP_CXX ${HEARKEN_DNNL_LIBRARY} PkgConfig::hearken_pkg CURL::libcurl Boost::headers nlohmann_json::nlohmann_json fmt::fmt)

add_library(hearken_cli_dependencies INTERFACE)
find_package(CLI11 REQUIRED)
target_link_libraries(hearken_cli_dependencies INTERFACE CLI11::CLI11 nlohmann_json::nlohmann_json fmt::fmt)
target_include_directories(hearken_cli_dependencies SYSTEM INTERFACE ${HEARKEN_TOMLPLUSPLUS_INCLUDE})
