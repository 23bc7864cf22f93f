// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/ssh.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <algorithm>
#include <array>
#include <utility>

#include "helpers/ovm3/sftp.h"
#include "helpers/ovm3/shell_words.h"
#include "helpers/ovm3/ssh_line.h"

namespace trestle::ovm3 {
namespace {

/// Output of a command that is kept in memory.
constexpr std::size_t kMostOutput = 16U << 20U;
constexpr std::size_t kReadBlock = std::size_t{32} * 1024;
/// Bytes given to libssh at once; it keeps what the socket does not take.
constexpr std::size_t kWriteBlock = std::size_t{128} * 1024;

struct ChannelEnd {
  void operator()(ssh_channel channel) const { ssh_channel_free(channel); }
};
using ChannelHandle = std::unique_ptr<std::remove_pointer_t<ssh_channel>, ChannelEnd>;

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
    const std::string_view part(static_cast<const char*>(data), size);
    if (is_error == 0) {
      hearing.out += part;
    } else {  // nobody takes it away before the end
      hearing.err += part.substr(0, kMostOutput - hearing.err.size());
    }
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
      const bool closed = ssh_channel_is_closed(channel.get()) != 0;
      const bool eof = ssh_channel_is_eof(channel.get()) != 0;
      if ((eof || closed) && hearing.status) {
        errors = std::move(hearing.err);
        return *hearing.status;
      }
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
