// SPDX-License-Identifier: Apache-2.0
// Addresses that users give and servers send, most of them hostile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "systemvm/http_source.h"

namespace trestle::systemvm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(UrlParse, TakesAnAddressApart) {
  EXPECT_EQ(Url::parse("http://h/a?b#c").value(), (Url{false, "h", "80", "/a?b"}));
  EXPECT_EQ(Url::parse("https://h.example.org:8443").value(),
            (Url{true, "h.example.org", "8443", "/"}));
  EXPECT_EQ(Url::parse("https://[fe80::1%eth0]:1/").value(), (Url{true, "fe80::1%eth0", "1", "/"}));
  EXPECT_EQ(Url::parse("http://[::1]?q").value(), (Url{false, "::1", "80", "/?q"}));
}

TEST(UrlParse, RefusesWhatIsNoAddressAndShowsNoPassword) {
  for (const char* const text : {"ftp://h/a",           "http://",
                                 "http:///a",           "http://h:0/",
                                 "http://h:65536/",     "http://h:+1/",
                                 "http://h:80x/",       "http://[::1/",
                                 "http://[::1]80/",     "http://[::1]evil:80/",
                                 "http://[]/",          "http://[h]/",
                                 "http://[::1%e h]/",   "http://a:b:80/",
                                 "http://a%b/",         "http://h h/",
                                 "http://h\r\nX: y/",   "http://h/a b",
                                 "http://h/a\r\nX: y",  "http://h/\x7F",
                                 "http://'h'/",         "http://h;x/",
                                 "http://\xC3\xA4/",    "http://joe:secret@h/a",
                                 "https://joe:secret@/"}) {
    const auto refused = Url::parse(text);
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_EQ(refused.error().code, Code::kInvalidArgument) << text;
    EXPECT_THAT(refused.error().what, HasSubstr("an address is http(s)://HOST[:PORT]/PATH"));
    EXPECT_THAT(refused.error().what, Not(HasSubstr("secret")));
  }
}

TEST(UrlResolve, FollowsEveryFormOfALocation) {
  const Url here = Url::parse("https://h:8443/a/b.vhd?token=1").value();
  const auto to = [&](std::string_view location) { return here.resolve(location).value(); };
  EXPECT_EQ(to("http://other/x"), (Url{false, "other", "80", "/x"}));
  EXPECT_EQ(to("//other/x"), (Url{true, "other", "443", "/x"}));
  EXPECT_EQ(to("/x?y#z"), (Url{true, "h", "8443", "/x?y"}));
  EXPECT_EQ(to("c.vhd#z"), (Url{true, "h", "8443", "/a/c.vhd"}));
  EXPECT_EQ(to("?y"), (Url{true, "h", "8443", "/a/b.vhd?y"}));
  const Url v6 = Url::parse("http://[::1]/a").value();
  EXPECT_EQ(v6.resolve("/x").value(), (Url{false, "::1", "80", "/x"}));
}

TEST(UrlResolve, TakesAnAddressInAQueryForNothingElse) {
  const Url here = Url::parse("https://h/a/b").value();
  EXPECT_EQ(here.resolve("/login?next=http://evil/x").value().host, "h");
  EXPECT_EQ(here.resolve("login?next=http://evil/x").value().target, "/a/login?next=http://evil/x");
}

TEST(UrlResolve, RefusesWhatNoRequestCanCarry) {
  const Url here = Url::parse("https://h/a/b").value();
  EXPECT_EQ(here.resolve("").error().code, Code::kBadReply);
  for (const char* const location : {"/x y", "x\ty", "/x\r\nHost: evil", "file:///etc/passwd",
                                     "gopher://h/", "//joe:secret@h/", "http://h:99999/"}) {
    EXPECT_FALSE(here.resolve(location).has_value()) << location;
  }
}

}  // namespace
}  // namespace trestle::systemvm
