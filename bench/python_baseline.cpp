// What bench/python.py compares the package with: the same calls from C++. Lines "find TEXT", "text TEXT" and "audio
// FILE" (a tab between) come in, the milliseconds of each go out.
#include <array>
#include <chrono>
#include <iostream>
#include <string>

#include "hearken/hearken.h"

int main(int, char** arguments) {
  using namespace hearken;
  const Library library = Library::open(arguments[1], OpenMode::read);
  const LibraryInfo info = library.info();
  const LibraryModel* own = own_model(info.models);
  const Model model = Model::load(own->name, own->precision);
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::size_t tab = line.find('\t');
    const std::string kind = line.substr(0, tab), what = line.substr(tab + 1);
    const auto began = std::chrono::steady_clock::now();
    if (kind == "find") {
      find(library, model, what);
    } else if (kind == "text") {
      model.embed_texts(std::array{what});
    } else {
      const FileEmbedding file = embed_file(model, what);
      mean_vector(file.vectors, file.width, EmbeddingForm::unit);
    }
    std::cout << std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count()
              << std::endl;
  }
}
