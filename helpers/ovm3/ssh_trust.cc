// SPDX-License-Identifier: Apache-2.0
// Whether a host's key is the one that is known: pins, files of known hosts, first contact.
#include <fcntl.h>
#include <libssh/libssh.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "helpers/ovm3/socket_wait.h"
#include "helpers/ovm3/ssh_line.h"

namespace trestle::ovm3 {
namespace {

struct KeyEnd {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<std::remove_pointer_t<ssh_key>, KeyEnd>;

Result<std::string> fingerprint_of(ssh_key key) {
  unsigned char* hash = nullptr;
  std::size_t size = 0;
  if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != SSH_OK) {
    return fail(Code::kInternal, "the digest of a host key cannot be made");
  }
  char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
  ssh_clean_pubkey_hash(&hash);
  std::string fingerprint = text == nullptr ? "" : text;
  ssh_string_free_char(text);
  return fingerprint;
}

Result<void> check_pins(const std::string& pins, const std::string& shown, const Line& line) {
  for (std::size_t at = 0; at <= pins.size();) {
    const std::size_t end = std::min(pins.find(',', at), pins.size());
    std::string_view pin = std::string_view(pins).substr(at, end - at);
    while (pin.ends_with('=')) pin.remove_suffix(1);  // ssh-keygen leaves them out, others do not
    if (pin == shown) return {};
    at = end + 1;
  }
  return fail(Code::kUnauthenticated,
              line.name + " shows the host key " + shown +
                  ", which is not the pinned one; nothing was sent. If the host was set up anew, "
                  "ask its owner for its key and pin that");
}

/// One line more in the file, whole even if several programs write at once.
Result<void> remember(const std::string& file, const std::string& entry) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (!folder.empty() && std::filesystem::create_directories(folder, ignored)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
  }
  const Descriptor out(::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  std::string text = entry;
  if (out.get() >= 0 && ::flock(out.get(), LOCK_EX) == 0) {
    const off_t size = ::lseek(out.get(), 0, SEEK_END);
    char last = '\n';
    // A file written by hand may end within its last line.
    if (size > 0 && ::pread(out.get(), &last, 1, size - 1) == 1 && last != '\n') {
      text.insert(0, "\n");
    }
  }
  if (out.get() < 0 ||
      ::write(out.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return fail(Code::kFailedPrecondition, "the new host key cannot be written to " + file + ": " +
                                               std::generic_category().message(errno));
  }
  return {};
}

Result<void> accept(const Line& line, const HostKeyTrust& trust, const std::string& shown,
                    Log& log) {
  if (!trust.accept_new) {
    return fail(Code::kUnauthenticated,
                line.name + " is not in the known hosts; its key is " + shown +
                    ". If that is right, give --host-key " + shown +
                    ", or --accept-new-host-key to believe it this once and write it down");
  }
  char* entry = nullptr;
  if (ssh_session_export_known_hosts_entry(line.session.get(), &entry) != SSH_OK) {
    return fail(Code::kInternal, "the host key of " + line.name + " cannot be written down");
  }
  std::string text = entry;
  ssh_string_free_char(entry);
  if (!text.ends_with('\n')) text += '\n';
  char* file = nullptr;
  if (ssh_options_get(line.session.get(), SSH_OPTIONS_KNOWNHOSTS, &file) != SSH_OK) {
    return fail(Code::kFailedPrecondition, "no file for known hosts; give --known-hosts FILE");
  }
  const std::string path = file;
  ssh_string_free_char(file);
  TRESTLE_RETURN_IF_ERROR(remember(path, text));
  log.write(Level::kWarn, "new host key believed", {{"host", line.name}, {"key", shown}});
  return {};
}

}  // namespace

Result<void> check_host_key(const Line& line, const HostKeyTrust& trust, Log& log) {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(line.session.get(), &raw) != SSH_OK) {
    return fail(line.lost("reading its host key"));
  }
  const Key key(raw);
  TRESTLE_ASSIGN_OR_RETURN(const std::string shown, fingerprint_of(key.get()));
  if (!trust.pins.empty()) return check_pins(trust.pins, shown, line);
  switch (ssh_session_is_known_server(line.session.get())) {
    case SSH_KNOWN_HOSTS_OK:
      return {};
    case SSH_KNOWN_HOSTS_NOT_FOUND:
    case SSH_KNOWN_HOSTS_UNKNOWN:
      return accept(line, trust, shown, log);
    case SSH_KNOWN_HOSTS_CHANGED:
    case SSH_KNOWN_HOSTS_OTHER:
      return fail(Code::kUnauthenticated,
                  "THE HOST KEY OF " + line.name + " HAS CHANGED: it shows " + shown +
                      ", the known hosts file has another one. Somebody may be in between. If the "
                      "host was set up anew, take the old key out with ssh-keygen -R");
    case SSH_KNOWN_HOSTS_ERROR:
      break;
  }
  return fail(Code::kFailedPrecondition, "the known hosts file cannot be read: " +
                                             std::string(ssh_get_error(line.session.get())));
}

}  // namespace trestle::ovm3
