// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/control.h"

#include <utility>  // before Asio: GCC 12 with Boost 1.74 wants it

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio.hpp>
#include <system_error>
#include <thread>

namespace trestle::simulator {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using Socket = asio::local::stream_protocol::socket;
using ErrorCode = boost::system::error_code;

/// Longest request; a rule is a few hundred bytes.
constexpr std::size_t kMaxLine = std::size_t{1} << 20U;

class Talk : public std::enable_shared_from_this<Talk> {
 public:
  using Answer = std::function<std::string(std::string_view)>;
  Talk(Socket socket, const Answer& answer) : socket_(std::move(socket)), answer_(answer) {}

  void next() {
    asio::async_read_until(socket_, asio::dynamic_buffer(in_, kMaxLine), '\n',
                           [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
                             if (!error) self->reply(size);
                           });
  }

 private:
  void reply(std::size_t size) {
    out_ = answer_(std::string_view(in_).substr(0, size - 1)) + "\n";
    in_.erase(0, size);
    asio::async_write(socket_, asio::buffer(out_),
                      [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                        if (!error) self->next();
                      });
  }

  Socket socket_;
  const Answer& answer_;
  std::string in_;
  std::string out_;
};

class Listener final : public ControlSocket {
 public:
  Listener(fs::path path, Talk::Answer answer)
      : path_(std::move(path)), answer_(std::move(answer)), acceptor_(io_) {}
  ~Listener() override {
    io_.stop();
    if (thread_.joinable()) thread_.join();
    ::unlink(path_.c_str());
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void open() {
    if (!send_control(path_, R"({"do":"inspect"})")) ::unlink(path_.c_str());
    const asio::local::stream_protocol::endpoint endpoint(path_.string());
    acceptor_.open(endpoint.protocol());
    acceptor_.bind(endpoint);
    ::chmod(path_.c_str(), 0600);
    acceptor_.listen();
    accept();
    thread_ = std::thread([this] { io_.run(); });
  }

 private:
  void accept() {
    acceptor_.async_accept([this](const ErrorCode& error, Socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error) std::make_shared<Talk>(std::move(socket), answer_)->next();
      accept();
    });
  }

  fs::path path_;
  Talk::Answer answer_;
  asio::io_context io_{1};
  asio::local::stream_protocol::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<ControlSocket>> ControlSocket::open(const fs::path& path,
                                                           Simulator& simulator,
                                                           ControlHooks hooks) {
  auto listener = std::make_unique<Listener>(
      path, [&simulator, hooks = std::move(hooks)](std::string_view line) {
        return control(simulator, hooks, line);
      });
  try {
    listener->open();
  } catch (const boost::system::system_error& error) {
    return fail(Code::kUnavailable, "cannot open the control socket " + path.string() + " (" +
                                        error.code().message() + "); choose another --control");
  }
  return std::unique_ptr<ControlSocket>(std::move(listener));
}

Result<std::string> send_control(const fs::path& path, std::string_view request) {
  asio::io_context io;
  Socket socket(io);
  try {
    socket.connect(asio::local::stream_protocol::endpoint(path.string()));
    const std::string line = std::string(request) + "\n";
    asio::write(socket, asio::buffer(line));
    std::string answer;
    asio::read_until(socket, asio::dynamic_buffer(answer), '\n');
    answer.resize(answer.find('\n'));
    return answer;
  } catch (const boost::system::system_error& error) {
    return fail(Code::kUnavailable, "no simulator answers at " + path.string() + " (" +
                                        error.code().message() +
                                        "); start one with `trestle-sim serve`");
  }
}

}  // namespace trestle::simulator
