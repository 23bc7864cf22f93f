// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/ssh.h"

#include <fcntl.h>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "helpers/ovm3/sftp.h"
#include "helpers/ovm3/shell_words.h"
#include "helpers/ovm3/socket_wait.h"

namespace trestle::ovm3 {
namespace {

/// Output of a command that is kept in memory.
constexpr std::size_t kMostOutput = 16U << 20U;
constexpr std::size_t kReadBlock = 32U * 1024;
/// Bytes given to libssh at once; it keeps what the socket does not take.
constexpr std::size_t kWriteBlock = 128U * 1024;

// What OpenSSH 4.3 and 5.3 can do, behind what libssh offers by itself.
constexpr const char* kOldHostKeys =
    "ssh-ed25519,ecdsa-sha2-nistp521,ecdsa-sha2-nistp384,ecdsa-sha2-nistp256,rsa-sha2-512,"
    "rsa-sha2-256,ssh-rsa";
constexpr const char* kOldKeyExchange =
    "curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group14-sha256,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha1,"
    "diffie-hellman-group-exchange-sha1";
constexpr const char* kOldChecksums = "hmac-sha2-256,hmac-sha2-512,hmac-sha1";

struct SessionEnd {
  void operator()(ssh_session session) const {
    ssh_disconnect(session);
    ssh_free(session);
  }
};
struct ChannelEnd {
  void operator()(ssh_channel channel) const { ssh_channel_free(channel); }
};
struct KeyEnd {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Session = std::unique_ptr<std::remove_pointer_t<ssh_session>, SessionEnd>;
using ChannelHandle = std::unique_ptr<std::remove_pointer_t<ssh_channel>, ChannelEnd>;
using Key = std::unique_ptr<std::remove_pointer_t<ssh_key>, KeyEnd>;

/// A session and the address that its errors name.
struct Line {
  Session session;
  std::string name;

  [[nodiscard]] Error lost(const std::string& doing) const {
    std::string why = ssh_get_error(session.get());
    return {.code = Code::kUnavailable,
            .what = "the SSH connection to " + name + " is gone while " + doing +
                    (why.empty() ? "" : " (" + why + ")")};
  }
  /// Until the socket has something for libssh, or takes what libssh has for it.
  [[nodiscard]] Result<void> wait(const CallContext& ctx, const std::string& doing) const {
    const bool writes = (ssh_get_poll_flags(session.get()) & SSH_WRITE_PENDING) != 0;
    return wait_for_socket(ctx, ssh_get_fd(session.get()), true, writes, name + ": " + doing);
  }
  /// Repeats a call of libssh until it no longer says "again".
  template <class F>
  [[nodiscard]] Result<int> until(const CallContext& ctx, const std::string& doing, int again,
                                  F call) const {
    while (true) {
      const int rc = call();
      if (rc != again) return rc;
      TRESTLE_RETURN_IF_ERROR(wait(ctx, doing));
    }
  }
};

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
  const Descriptor out(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (out.get() < 0 || ::flock(out.get(), LOCK_EX) != 0 ||
      ::write(out.get(), entry.data(), entry.size()) != static_cast<ssize_t>(entry.size())) {
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

void set(ssh_session session, ssh_options_e option, const void* value) {
  ssh_options_set(session, option, value);
}

Result<Line> greet(const CallContext& ctx, const SshAddress& address, const SshOptions& options) {
  TRESTLE_ASSIGN_OR_RETURN(Descriptor socket, connect_tcp(ctx, address.host, address.port));
  Line line{.session = Session(ssh_new()), .name = address.name()};
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

/// A channel that a command or the file server runs on.
class Channel final : public ByteChannel {
 public:
  explicit Channel(const Line& line) : line_(line), channel_(ssh_channel_new(line.session.get())) {}

  Result<void> open(const CallContext& ctx) {
    return done(ctx, "opening a channel", [this] { return ssh_channel_open_session(get()); });
  }
  Result<void> execute(const CallContext& ctx, const std::string& command) {
    return done(ctx, "starting a command",
                [&] { return ssh_channel_request_exec(get(), command.c_str()); });
  }
  Result<void> start_sftp(const CallContext& ctx) {
    return done(ctx, "starting its file server (sftp)",
                [this] { return ssh_channel_request_sftp(get()); });
  }

  Result<void> write(const CallContext& ctx, std::string_view bytes) override {
    bool waited = true;
    while (!bytes.empty()) {
      const auto part = bytes.substr(0, kWriteBlock);
      const int taken =
          ssh_channel_write(get(), part.data(), static_cast<std::uint32_t>(part.size()));
      if (taken < 0 && taken != SSH_AGAIN) return fail(line_.lost("sending"));
      if (ssh_channel_is_closed(get()) != 0) return fail(line_.lost("sending"));
      bytes.remove_prefix(static_cast<std::size_t>(std::max(taken, 0)));
      // The window may have opened while libssh looked at the socket: waiting for more from there
      // would then be waiting for ever.
      const bool again = taken > 0 || (ssh_channel_window_size(get()) > 0 && waited);
      waited = !again || taken > 0;
      if (!again) TRESTLE_RETURN_IF_ERROR(line_.wait(ctx, "sending"));
    }
    return {};
  }

  Result<std::string> read(const CallContext& ctx, std::size_t count) override {
    std::array<char, kReadBlock> block{};
    while (ready_.size() < count) {
      const int got = ssh_channel_read_nonblocking(get(), block.data(), block.size(), 0);
      if (got == SSH_EOF || (got == 0 && ssh_channel_is_eof(get()) != 0)) {
        return fail(line_.lost("reading an answer"));
      }
      if (got < 0 && got != SSH_AGAIN) return fail(line_.lost("reading"));
      if (got > 0) {
        ready_.append(block.data(), static_cast<std::size_t>(got));
      } else {
        TRESTLE_RETURN_IF_ERROR(line_.wait(ctx, "its answer"));
      }
    }
    std::string bytes = ready_.substr(0, count);
    ready_.erase(0, count);
    return bytes;
  }

  Result<void> finish_input(const CallContext& ctx) {
    return done(ctx, "ending the input", [this] { return ssh_channel_send_eof(get()); });
  }
  [[nodiscard]] ssh_channel get() const { return channel_.get(); }
  [[nodiscard]] const Line& line() const { return line_; }

 private:
  template <class F>
  Result<void> done(const CallContext& ctx, const std::string& doing, F call) {
    TRESTLE_ASSIGN_OR_RETURN(const int rc, line_.until(ctx, doing, SSH_AGAIN, call));
    if (rc != SSH_OK) return fail(line_.lost(doing));
    return {};
  }

  const Line& line_;
  ChannelHandle channel_;
  std::string ready_;  // read and not yet asked for
};

/// What a remote program says and how it ends, as the channel's callbacks tell it. They are called
/// from within calls of libssh only, so after one such call everything that came is here: asking
/// for each stream in turn could miss what came while the other was asked for.
struct Hearing {
  std::string out;
  std::string err;
  std::optional<int> status;
  ssh_channel_callbacks_struct callbacks{};

  explicit Hearing(ssh_channel channel) : channel_(channel) {
    callbacks.userdata = this;
    callbacks.channel_data_function = on_data;
    callbacks.channel_exit_status_function = on_status;
    callbacks.channel_exit_signal_function = on_signal;
    ssh_callbacks_init(&callbacks);
    ssh_set_channel_callbacks(channel, &callbacks);
  }
  ~Hearing() { ssh_remove_channel_callbacks(channel_, &callbacks); }
  Hearing(const Hearing&) = delete;
  Hearing& operator=(const Hearing&) = delete;
  static int on_data(ssh_session /*session*/, ssh_channel /*channel*/, void* data,
                     std::uint32_t size, int is_error, void* self) {
    auto& hearing = *static_cast<Hearing*>(self);
    (is_error != 0 ? hearing.err : hearing.out).append(static_cast<const char*>(data), size);
    return static_cast<int>(size);
  }
  static void on_status(ssh_session /*session*/, ssh_channel /*channel*/, int told, void* self) {
    static_cast<Hearing*>(self)->status = told;
  }
  static void on_signal(ssh_session /*session*/, ssh_channel /*channel*/, const char* signal,
                        int /*core*/, const char* /*text*/, const char* /*language*/, void* self) {
    constexpr int kBySignal = 128;  // as shells count
    constexpr int kKill = 9;
    constexpr int kTerm = 15;
    const std::string_view name = signal == nullptr ? "" : signal;
    static_cast<Hearing*>(self)->status = kBySignal + (name == "KILL"   ? kKill
                                                       : name == "TERM" ? kTerm
                                                                        : 0);
  }

 private:
  ssh_channel channel_;  // outlives this
};

class LibsshHost final : public Ssh {
 public:
  explicit LibsshHost(Line line) : line_(std::move(line)) {}

  Result<RemoteResult> run(const CallContext& ctx, const std::vector<std::string>& words,
                           std::string_view input) override {
    RemoteResult result;
    TRESTLE_ASSIGN_OR_RETURN(
        result.status,
        execute(ctx, words, input, result.err, [&](std::string_view part) -> Result<bool> {
          result.out += part;
          if (result.out.size() <= kMostOutput) {
            return true;
          }
          return fail(Code::kResourceExhausted, line_.name +
                                                    ": a command prints more "
                                                    "than 16 MiB");
        }));
    return result;
  }

  Result<RemoteResult> stream(const CallContext& ctx, const std::vector<std::string>& words,
                              const std::function<bool(std::string_view)>& take) override {
    RemoteResult result;
    TRESTLE_ASSIGN_OR_RETURN(
        result.status, execute(ctx, words, {}, result.err,
                               [&](std::string_view part) -> Result<bool> { return take(part); }));
    return result;
  }

  Result<void> create_file(const CallContext& ctx, const std::string& path,
                           std::string_view content, std::uint32_t mode) override {
    return with_files(ctx, path, [&](Sftp& sftp) { return sftp.create(ctx, path, content, mode); });
  }
  Result<std::string> read_file(const CallContext& ctx, const std::string& path,
                                std::size_t limit) override {
    return with_files(ctx, path, [&](Sftp& sftp) { return sftp.read(ctx, path, limit); });
  }
  Result<void> rename(const CallContext& ctx, const std::string& from,
                      const std::string& to) override {
    TRESTLE_RETURN_IF_ERROR(with_files(ctx, from, [](Sftp&) { return Result<void>(); }));
    if (sftp_->can_replace()) {
      return with_files(ctx, from, [&](Sftp& sftp) { return sftp.replace(ctx, from, to); });
    }
    TRESTLE_ASSIGN_OR_RETURN(const RemoteResult moved, run(ctx, {"mv", "-f", "--", from, to}, {}));
    if (moved.status == 0) return {};
    return fail(Code::kFailedPrecondition, line_.name + ": mv says: " + moved.err);
  }
  Result<void> remove_file(const CallContext& ctx, const std::string& path) override {
    return with_files(ctx, path, [&](Sftp& sftp) { return sftp.remove(ctx, path); });
  }
  Result<void> make_folder(const CallContext& ctx, const std::string& path,
                           std::uint32_t mode) override {
    return with_files(ctx, path, [&](Sftp& sftp) { return sftp.make_folder(ctx, path, mode); });
  }
  Result<void> remove_folder(const CallContext& ctx, const std::string& path) override {
    return with_files(ctx, path, [&](Sftp& sftp) { return sftp.remove_folder(ctx, path); });
  }

 private:
  Result<int> execute(const CallContext& ctx, const std::vector<std::string>& words,
                      std::string_view input, std::string& errors,
                      const std::function<Result<bool>(std::string_view)>& take) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string command, quote_words(words));
    Channel channel(line_);
    Hearing hearing(channel.get());
    TRESTLE_RETURN_IF_ERROR(channel.open(ctx));
    TRESTLE_RETURN_IF_ERROR(channel.execute(ctx, command));
    TRESTLE_RETURN_IF_ERROR(channel.write(ctx, input));
    TRESTLE_RETURN_IF_ERROR(channel.finish_input(ctx));
    while (true) {
      // Looks at the socket; once the output has ended, only asking for the status still does.
      const bool ended = ssh_channel_is_eof(channel.get()) != 0;
      const int polled =
          ended ? ssh_channel_get_exit_status(channel.get()) : ssh_channel_poll(channel.get(), 0);
      if (!hearing.out.empty()) {
        TRESTLE_ASSIGN_OR_RETURN(const bool on, take(std::exchange(hearing.out, {})));
        if (!on) return hearing.status.value_or(0);
      }
      errors = hearing.err.substr(0, kMostOutput);
      const bool closed = ssh_channel_is_closed(channel.get()) != 0;
      const bool eof = ssh_channel_is_eof(channel.get()) != 0;
      if ((eof || closed) && hearing.status) return *hearing.status;
      if (closed || (polled == SSH_ERROR && !ended))
        return fail(line_.lost("running " + words.front()));
      TRESTLE_RETURN_IF_ERROR(line_.wait(ctx, words.front() + " to end"));
    }
  }

  /// Runs one call of the file server, which is started at the first, and puts the path before its
  /// error.
  template <class F>
  auto with_files(const CallContext& ctx, const std::string& path, F call)
      -> decltype(call(std::declval<Sftp&>())) {
    if (!sftp_) {
      auto channel = std::make_unique<Channel>(line_);
      TRESTLE_RETURN_IF_ERROR(channel->open(ctx));
      TRESTLE_RETURN_IF_ERROR(channel->start_sftp(ctx));
      Sftp sftp(*channel);
      TRESTLE_RETURN_IF_ERROR(sftp.start(ctx));
      files_ = std::move(channel);
      sftp_.emplace(sftp);
    }
    auto done = call(*sftp_);
    if (!done) {
      Error error = std::move(done).error();
      error.what = line_.name + ": " + path + ": " + error.what;
      return fail(std::move(error));
    }
    return done;
  }

  Line line_;
  std::unique_ptr<Channel> files_;  // of the file server; before the session in destruction
  std::optional<Sftp> sftp_;
};

}  // namespace

Result<std::unique_ptr<Ssh>> open_ssh(const CallContext& ctx, const SshAddress& address,
                                      const SshOptions& options, Log& log) {
  const auto begin = ctx.now();
  TRESTLE_ASSIGN_OR_RETURN(Line line, greet(ctx, address, options));
  TRESTLE_RETURN_IF_ERROR(check_host_key(line, options.trust, log));
  // Asks the server which logins it takes; a server that wants none is in at once.
  TRESTLE_ASSIGN_OR_RETURN(const int none, line.until(ctx, "the login", SSH_AUTH_AGAIN, [&] {
    return ssh_userauth_none(line.session.get(), nullptr);
  }));
  if (none == SSH_AUTH_ERROR) return fail(line.lost("logging in"));
  if (none != SSH_AUTH_SUCCESS) TRESTLE_RETURN_IF_ERROR(log_in(ctx, line, options.login));
  log.write(
      Level::kDebug, "ssh login",
      {{"host", line.name},
       {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(ctx.now() - begin).count()},
       {"flow", ctx.flow}});
  return std::make_unique<LibsshHost>(std::move(line));
}

}  // namespace trestle::ovm3
