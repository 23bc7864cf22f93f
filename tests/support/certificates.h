// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_SUPPORT_CERTIFICATES_H_
#define TRESTLE_TESTS_SUPPORT_CERTIFICATES_H_

#include <string>
#include <vector>

namespace trestle::testing {

/// A certificate with its key, made by the test that uses it.
struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
  std::string pin;  ///< "sha256//..." of its public key
};

struct CertificateSpec {
  std::string common_name = "localhost";
  std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1"};
  int first_day = -1;  ///< from today
  int last_day = 30;
  bool rsa = false;                     ///< else an EC key, which is quicker to make
  bool ca = false;                      ///< may sign others
  const Certificate* issuer = nullptr;  ///< null: signs itself, as stock agents do
};

Certificate make_certificate(const CertificateSpec& spec = {});

/// A file in the test's temporary folder with that text, gone at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_CERTIFICATES_H_
