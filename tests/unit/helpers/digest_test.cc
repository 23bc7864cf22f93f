// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/digest.h"

#include <gmock/gmock.h>

namespace trestle::ovm3 {
namespace {

TEST(Sha256, IsTheOneOfTheStandard) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(CertificatePin, RefusesATextWithoutCertificate) {
  EXPECT_EQ(certificate_pin("").error().code, Code::kInvalidArgument);
  EXPECT_EQ(certificate_pin("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
                .error()
                .code,
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace trestle::ovm3
