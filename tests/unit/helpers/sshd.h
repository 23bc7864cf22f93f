// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_HELPERS_SSHD_H_
#define TRESTLE_TESTS_UNIT_HELPERS_SSHD_H_

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "helpers/ovm3/ssh.h"

namespace trestle::ovm3 {

/// A real OpenSSH server on a loopback port of its own, with keys of its own and a password of its
/// own for root (given by nss_wrapper: the machine's own accounts are not touched). Ends with this
/// object, its folder with it.
class Sshd {
 public:
  static constexpr const char* kPassword = "a pass'word \"with\" $things";

  /// `config`: further lines for sshd_config.
  explicit Sshd(const std::string& config = {});
  ~Sshd();
  Sshd(const Sshd&) = delete;
  Sshd& operator=(const Sshd&) = delete;

  [[nodiscard]] SshAddress address() const;
  /// Trusts the server's real key and logs in with the user's.
  [[nodiscard]] SshOptions options() const;
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_ / name).string();
  }
  /// The server comes back on the same port with a new host key.
  void change_host_key();
  /// A line for the known hosts file.
  [[nodiscard]] std::string known_line() const;

 private:
  void start();
  void stop();

  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
};

/// Runs a program to its end; its exit status.
int run_program(const std::vector<std::string>& words);

}  // namespace trestle::ovm3

#endif  // TRESTLE_TESTS_UNIT_HELPERS_SSHD_H_
