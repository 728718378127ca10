// URLs of clusters.
#include "remote/weaviate/protocol/address.h"

#include <gtest/gtest.h>

#include "hearken/error.h"

namespace hearken::remote::weaviate {
namespace {

TEST(WeaviateAddress, OfSeveralHosts) {
  const Address address = parse_address("weaviate://a.b,10.0.0.1:81,[::1]:8081:50051/songs_2");
  EXPECT_FALSE(address.tls);
  EXPECT_EQ(address.collection, "Songs_2");
  EXPECT_EQ(address.written, "weaviate://a.b,10.0.0.1:81,[::1]:8081:50051/songs_2");
  ASSERT_EQ(address.endpoints.size(), 3U);
  EXPECT_EQ(address.endpoints[0].host, "a.b");
  EXPECT_EQ(address.endpoints[0].rest_port, 8080);
  EXPECT_EQ(address.endpoints[0].grpc_port, 50051);
  EXPECT_EQ(address.endpoints[1].rest_port, 81);
  EXPECT_EQ(address.endpoints[1].grpc_port, 50051);
  EXPECT_EQ(address.endpoints[2].host, "::1");
  EXPECT_EQ(address.endpoints[2].rest_port, 8081);
}

TEST(WeaviateAddress, OverTls) {
  const Address address = parse_address("weaviates://a,b:8443:9443/C");
  EXPECT_TRUE(address.tls);
  EXPECT_EQ(address.endpoints[0].rest_port, 443);
  EXPECT_EQ(address.endpoints[0].grpc_port, 443);
  EXPECT_EQ(address.endpoints[1].rest_port, 8443);
  EXPECT_EQ(address.endpoints[1].grpc_port, 9443);
}

TEST(WeaviateAddress, SaysWhatIsWrong) {
  for (const auto& [url, why] : {std::pair{"", "does not begin"},
                                 {"http://a/C", "does not begin"},
                                 {"weaviate://a", "no /COLLECTION"},
                                 {"weaviate://a/", "no COLLECTION"},
                                 {"weaviate://a/1", "is not a letter"},
                                 {"weaviate://a/C/D", "is not a letter"},
                                 {"weaviate:///C", "host is empty"},
                                 {"weaviate://a,/C", "host is empty"},
                                 {"weaviate://a b/C", "not the name of a host"},
                                 {"weaviate://user@a/C", "not the name of a host"},
                                 {"weaviate://a:/C", "is no port"},
                                 {"weaviate://a:0/C", "is no port"},
                                 {"weaviate://a:65536/C", "is no port"},
                                 {"weaviate://a:1:2:3/C", "is no port"},
                                 {"weaviate://[::1/C", "without a ]"},
                                 {"weaviate://[::1]x/C", "nothing but a port"},
                                 {"weaviate://[x]/C", "no IPv6"}}) {
    SCOPED_TRACE(url);
    try {
      parse_address(url);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace hearken::remote::weaviate
