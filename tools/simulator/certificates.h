// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_CERTIFICATES_H_
#define TRESTLE_TOOLS_SIMULATOR_CERTIFICATES_H_

#include <memory>
#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "tools/simulator/model.h"

namespace trestle::simulator {

/// A certificate authority of this process and the certificates of its hosts, made when first asked
/// for. All hosts share one key, so one pin fits all. Single-threaded.
class Certificates {
 public:
  /// Makes the authority, or reads it from `state` (authority kept across restarts) if the text is
  /// one that stored() gave. kInternal with OpenSSL's words on failure.
  static Result<Certificates> make(std::string_view state = {});

  Certificates(Certificates&&) noexcept;
  Certificates& operator=(Certificates&&) noexcept;
  ~Certificates();

  /// PEM text for a client's CA file.
  [[nodiscard]] const std::string& ca_pem() const;
  /// "sha256//..." of the hosts' public key.
  [[nodiscard]] const std::string& pin() const;
  /// PEM text of the hosts' private key.
  [[nodiscard]] const std::string& key_pem() const;
  /// PEM text of a host's certificate with its name and address, good or bad as `kind` says.
  [[nodiscard]] Result<std::string> host_pem(std::string_view name, std::string_view address,
                                             Certificate kind);
  /// Key and certificate of a stranger that no authority signed, for the rule wrong_certificate.
  struct Stranger {
    std::string key_pem;
    std::string certificate_pem;
  };
  [[nodiscard]] Result<Stranger> stranger(std::string_view name, std::string_view address);

  /// Authority and host key as one PEM text, to be kept by the owner of a state folder (mode 0600).
  [[nodiscard]] std::string stored() const;

 private:
  struct Parts;
  explicit Certificates(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_CERTIFICATES_H_
