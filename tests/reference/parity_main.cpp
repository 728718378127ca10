// hearken_parity MODEL GOLDEN.safetensors [--foreign-ids]: every stage as a line of JSON, for
// tests/reference/parity.py.
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string_view>

#include "reference/parity.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  try {
    for (const auto& stage :
         hearken::reference::compare(argv[1], argv[2], argc > 3 && std::string_view(argv[3]) == "--foreign-ids"))
      std::printf(
          "%s\n",
          nlohmann::json{{"stage", stage.name}, {"cosine", stage.cosine}, {"difference", stage.largest_difference}}
              .dump()
              .c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
