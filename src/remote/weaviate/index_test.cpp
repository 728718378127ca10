// The index of an engine: the contract, on a real cluster.
#include "remote/weaviate/index.h"

#include <optional>
#include <string>
#include <vector>

#include "remote/weaviate/test_cluster.h"
#include "search/index/index_contract.h"

namespace hearken::remote::weaviate {

class EngineKind {
 public:
  static constexpr double kTolerance = 1e-5;
  static std::string why_not() { return why_no_cluster(); }

  explicit EngineKind(const std::vector<search::ToyTrack>& tracks) {
    if (!why_not().empty()) return;
    space_.emplace(tracks);
    index_.emplace(space_->client(), space_->collections(), space_->client()->address().written);
  }

  const search::Index& index() const { return *index_; }

 private:
  std::optional<ToySpace> space_;
  std::optional<WeaviateIndex> index_;
};

}  // namespace hearken::remote::weaviate

namespace hearken::search {
INSTANTIATE_TYPED_TEST_SUITE_P(Weaviate, IndexContract, remote::weaviate::EngineKind);
}  // namespace hearken::search
