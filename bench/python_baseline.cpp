// What bench/python.py compares the package with: the same calls from C++. Lines "find TEXT", "beyond TEXT" (find less
// what it spends on embedding and searching), "text TEXT" and "audio FILE" (a tab between) come in, the milliseconds of
// each go out.
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
    double within = 0;  // seconds that the library tells itself
    if (kind == "find" || kind == "beyond") {
      const FindResult result = find(library, model, what);
      if (kind == "beyond") within = result.embed_seconds + result.search_seconds;
    } else if (kind == "text") {
      model.embed_texts(std::array{what});
    } else {
      const FileEmbedding file = embed_file(model, what);
      mean_vector(file.vectors, file.width, EmbeddingForm::unit);
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    std::cout << took.count() - within * 1000 << std::endl;
  }
}
