// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <future>
#include <thread>
#include <utility>

#include "systemvm/byte_stream.h"
#include "systemvm/child.h"

namespace trestle::systemvm {
namespace {

constexpr std::size_t kFeedBytes = 1U << 18U;
/// How long a wait for a pipe goes on before the context is looked at again.
constexpr int kLookMilliseconds = 50;

/// The program that unpacks, with the fastest first, and the package that has it.
struct Tool {
  std::vector<std::string> words;
  std::string package;
};
Tool tool_for(Packing packing) {
  switch (packing) {
    case Packing::kGzip:
      if (has_program("pigz")) return {{"pigz", "-dc"}, "pigz"};
      return {{"gzip", "-dc"}, "gzip"};
    case Packing::kBzip2:
      if (has_program("lbzip2")) return {{"lbzip2", "-dc"}, "lbzip2"};
      return {{"bzip2", "-dc"}, "bzip2"};
    case Packing::kXz:
      // All cores, but bounded: a block of xz may want gigabytes.
      return {{"xz", "-dc", "-T0", "--memlimit-mt-decompress=256MiB"}, "xz-utils"};
    default:
      return {{"zstd", "-dcq", "--no-progress"}, "zstd"};
  }
}

/// Waits until a pipe can be read or written. Errors: those of the context.
Result<void> ready(const CallContext& ctx, int pipe, short events) {
  for (;;) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    pollfd watched{.fd = pipe, .events = events, .revents = 0};
    if (::poll(&watched, 1, kLookMilliseconds) > 0) return {};
  }
}

/// A decompressor with a thread that feeds it.
class UnpackedStream final : public ByteStream {
 public:
  /// `to_the_end`: the packed bytes are read to their end, also those that nobody unpacks.
  UnpackedStream(std::unique_ptr<ByteStream> packed, Child child, Pipe in, Pipe out,
                 bool to_the_end)
      : packed_(std::move(packed)),
        child_(std::move(child)),
        out_(std::move(out.read)),
        to_the_end_(to_the_end) {
    in.read.close();
    out.write.close();
    ::fcntl(in.write.number(), F_SETFL, O_NONBLOCK);
    feeder_ = std::thread([this, pipe = std::move(in.write)]() mutable { feed(std::move(pipe)); });
  }
  ~UnpackedStream() override {
    stop_.request_stop();
    feeder_.join();
  }
  UnpackedStream(const UnpackedStream&) = delete;
  UnpackedStream& operator=(const UnpackedStream&) = delete;

  [[nodiscard]] Result<std::size_t> read(const CallContext& ctx,
                                         std::span<std::byte> out) override {
    if (ended_) return std::size_t{0};
    ssize_t got = -1;
    do {
      TRESTLE_RETURN_IF_ERROR(ready(ctx, out_.number(), POLLIN));
      got = ::read(out_.number(), out.data(), out.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) return fail(system_error("cannot read from the decompressor", errno));
    if (got > 0) return static_cast<std::size_t>(got);
    ended_ = true;
    TRESTLE_RETURN_IF_ERROR(finish(ctx));
    return std::size_t{0};
  }
  [[nodiscard]] std::uint64_t taken() const override { return packed_->taken(); }
  [[nodiscard]] std::uint64_t total() const override { return packed_->total(); }

 private:
  /// What the origin or the checksum says counts more than what the decompressor makes of it.
  Result<void> finish(const CallContext& ctx) {
    while (fed_.wait_for(std::chrono::milliseconds(kLookMilliseconds)) !=
           std::future_status::ready) {
      TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    }
    auto unpacked = child_.wait(ctx);
    TRESTLE_RETURN_IF_ERROR(fed_.get());
    return unpacked;
  }

  void feed(Descriptor pipe) {
    // A decompressor that ends early must not end us: the write says so too.
    sigset_t broken;
    ::sigemptyset(&broken);
    ::sigaddset(&broken, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken, nullptr);
    auto done = feed_all(pipe);
    pipe.close();  // the decompressor must see the end before anybody waits for its own
    told_.set_value(std::move(done));
  }

  Result<void> feed_all(const Descriptor& pipe) {
    CallContext ctx = context_for(std::chrono::nanoseconds::max());
    ctx.stop = stop_.get_token();
    std::vector<std::byte> buffer(kFeedBytes);
    bool listening = true;
    for (;;) {
      TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, packed_->read(ctx, buffer));
      if (got == 0) return {};
      std::span<const std::byte> rest = std::span(buffer).first(got);
      while (listening && !rest.empty()) {
        TRESTLE_RETURN_IF_ERROR(ready(ctx, pipe.number(), POLLOUT));
        const ssize_t put = ::write(pipe.number(), rest.data(), rest.size());
        if (put < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (put < 0) {  // it has ended early: only a checksum wants the rest
          if (!to_the_end_) return {};
          listening = false;
        }
        if (put > 0) rest = rest.subspan(static_cast<std::size_t>(put));
      }
    }
  }

  std::unique_ptr<ByteStream> packed_;
  Child child_;
  Descriptor out_;
  bool to_the_end_;
  bool ended_ = false;
  std::stop_source stop_;
  std::promise<Result<void>> told_;
  std::future<Result<void>> fed_ = told_.get_future();
  std::thread feeder_;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> unpack(const CallContext& ctx,
                                           std::unique_ptr<ByteStream> packed, Packing packing,
                                           std::optional<Checksum> checksum) {
  TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
  if (checksum) packed = checked(std::move(packed), *checksum);
  const Tool tool = tool_for(packing);
  TRESTLE_ASSIGN_OR_RETURN(Pipe in, make_pipe());
  TRESTLE_ASSIGN_OR_RETURN(Pipe out, make_pipe());
  TRESTLE_ASSIGN_OR_RETURN(
      Child child,
      Child::start(tool.words, {.in = in.read.number(), .out = out.write.number()}, tool.package));
  return std::unique_ptr<ByteStream>(std::make_unique<UnpackedStream>(
      std::move(packed), std::move(child), std::move(in), std::move(out), checksum.has_value()));
}

}  // namespace trestle::systemvm
