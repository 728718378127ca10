// hearken_parity MODEL GOLDEN.safetensors: every stage as a line of JSON, for tests/reference/parity.py.
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "reference/parity.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: hearken_parity MODEL GOLDEN.safetensors\n", stderr);
    return 2;
  }
  try {
    for (const auto& stage : hearken::reference::compare(argv[1], argv[2])) {
      const nlohmann::json line{
          {"stage", stage.name}, {"cosine", stage.cosine}, {"difference", stage.largest_difference}};
      std::printf("%s\n", line.dump().c_str());
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
