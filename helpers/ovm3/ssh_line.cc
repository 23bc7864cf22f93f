// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/ssh_line.h"

#include <libssh/libssh.h>

#include <utility>

#include "helpers/ovm3/socket_wait.h"

namespace trestle::ovm3 {
namespace {

// What OpenSSH 4.3 and 5.3 can do, behind what libssh offers by itself.
constexpr const char* kOldHostKeys =
    "ssh-ed25519,ecdsa-sha2-nistp521,ecdsa-sha2-nistp384,ecdsa-sha2-nistp256,rsa-sha2-512,"
    "rsa-sha2-256,ssh-rsa";
constexpr const char* kOldKeyExchange =
    "curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group14-sha256,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha1,"
    "diffie-hellman-group-exchange-sha1";
constexpr const char* kOldChecksums = "hmac-sha2-256,hmac-sha2-512,hmac-sha1";

struct KeyEnd {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<std::remove_pointer_t<ssh_key>, KeyEnd>;

void set(ssh_session session, ssh_options_e option, const void* value) {
  ssh_options_set(session, option, value);
}

}  // namespace

void SessionEnd::operator()(ssh_session_struct* session) const {
  ssh_disconnect(session);
  ssh_free(session);
}

Error Line::lost(const std::string& doing) const {
  std::string why = ssh_get_error(session.get());
  return {.code = Code::kUnavailable,
          .what = "the SSH connection to " + name + " is gone while " + doing +
                  (why.empty() ? "" : " (" + why + ")")};
}

Result<void> Line::wait(const CallContext& ctx, const std::string& doing) const {
  const bool writes = (ssh_get_poll_flags(session.get()) & SSH_WRITE_PENDING) != 0;
  return wait_for_socket(ctx, ssh_get_fd(session.get()), true, writes, name + ": " + doing);
}

Result<Line> greet(const CallContext& ctx, const SshAddress& address, const SshOptions& options) {
  TRESTLE_ASSIGN_OR_RETURN(Descriptor socket, connect_tcp(ctx, address.host, address.port));
  Line line{.session = std::unique_ptr<ssh_session_struct, SessionEnd>(ssh_new()),
            .name = address.name()};
  ssh_session const session = line.session.get();
  const bool process_config = false;  // what a user set up for ssh must not change what we do
  set(session, SSH_OPTIONS_PROCESS_CONFIG, &process_config);
  const unsigned int port = address.port;
  set(session, SSH_OPTIONS_HOST, address.host.c_str());
  set(session, SSH_OPTIONS_PORT, &port);
  set(session, SSH_OPTIONS_USER, address.user.c_str());
  if (!options.trust.known_hosts.empty()) {
    set(session, SSH_OPTIONS_KNOWNHOSTS, options.trust.known_hosts.c_str());
    set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  }
  if (options.allow_sha1) {
    set(session, SSH_OPTIONS_HOSTKEYS, kOldHostKeys);
    set(session, SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, kOldHostKeys);
    set(session, SSH_OPTIONS_KEY_EXCHANGE, kOldKeyExchange);
    set(session, SSH_OPTIONS_HMAC_C_S, kOldChecksums);
    set(session, SSH_OPTIONS_HMAC_S_C, kOldChecksums);
  }
  const int fd = socket.release();  // libssh closes it
  set(session, SSH_OPTIONS_FD, &fd);
  ssh_set_blocking(session, 0);
  TRESTLE_ASSIGN_OR_RETURN(const int rc, line.until(ctx, "the SSH greeting", SSH_AGAIN,
                                                    [&] { return ssh_connect(session); }));
  if (rc != SSH_OK) {
    const std::string why = ssh_get_error(session);
    const bool old = why.find("no match") != std::string::npos;
    return fail(Code::kUnavailable,
                line.name + " does not greet as an SSH server that we can talk to: " + why +
                    (old ? "; hosts of release 3.2 and 3.3 may need --ssh-allow-sha1" : ""));
  }
  return line;
}

namespace {

Result<bool> try_key(const CallContext& ctx, const Line& line, const SshLogin& login) {
  ssh_key raw = nullptr;
  const char* const passphrase =
      login.key_passphrase ? login.key_passphrase->reveal().c_str() : nullptr;
  if (ssh_pki_import_privkey_file(login.key_file.c_str(), passphrase, nullptr, nullptr, &raw) !=
      SSH_OK) {
    return fail(
        Code::kInvalidArgument,
        "the SSH key in " + login.key_file +
            " cannot be read: is it a private key without a passphrase, and yours to read?");
  }
  const Key key(raw);
  TRESTLE_ASSIGN_OR_RETURN(const int rc,
                           line.until(ctx, "the login with a key", SSH_AUTH_AGAIN, [&] {
                             return ssh_userauth_publickey(line.session.get(), nullptr, key.get());
                           }));
  if (rc == SSH_AUTH_ERROR) return fail(line.lost("logging in"));
  return rc == SSH_AUTH_SUCCESS;
}

}  // namespace

Result<void> log_in(const CallContext& ctx, const Line& line, const SshLogin& login) {
  std::string tried;
  if (!login.key_file.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(const bool in, try_key(ctx, line, login));
    if (in) return {};
    tried = "the key in " + login.key_file;
  }
  if (login.password) {
    TRESTLE_ASSIGN_OR_RETURN(const int rc,
                             line.until(ctx, "the login with a password", SSH_AUTH_AGAIN, [&] {
                               return ssh_userauth_password(line.session.get(), nullptr,
                                                            login.password->reveal().c_str());
                             }));
    if (rc == SSH_AUTH_SUCCESS) return {};
    if (rc == SSH_AUTH_ERROR) return fail(line.lost("logging in"));
    tried += tried.empty() ? "the password" : " and the password";
  }
  if (tried.empty()) {
    return fail(Code::kInvalidArgument,
                "no way to log in: give --ssh-key FILE, --ssh-password-file FILE, or set "
                "TRESTLE_SSH_PASSWORD");
  }
  return fail(Code::kUnauthenticated, line.name + " does not accept " + tried +
                                          "; does its sshd allow this kind of login?");
}

}  // namespace trestle::ovm3
