// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench_server.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>  // before asio: Boost 1.74 uses std::exchange without including it

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>

namespace trestle::bench {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

std::string response(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/xml\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Canned {
  std::string echo;
  std::string list_vms;
};

/// One connection; Stream is a TCP socket or a TLS stream over one.
template <class Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, const Canned& canned) : stream_(std::move(stream)), canned_(canned) {}

  void start() {
    if constexpr (std::is_same_v<Stream, Tcp::socket>) {
      read();
    } else {
      stream_.async_handshake(
          asio::ssl::stream_base::server,
          [self = this->shared_from_this()](const boost::system::error_code& failed) {
            if (!failed) self->read();
          });
    }
  }

 private:
  void read() {
    stream_.async_read_some(asio::buffer(chunk_),
                            [self = this->shared_from_this()](
                                const boost::system::error_code& failed, std::size_t size) {
                              if (failed) return;
                              self->request_.append(self->chunk_.data(), size);
                              self->answer();
                            });
  }

  void answer() {
    const std::size_t head = request_.find("\r\n\r\n");
    if (head == std::string::npos) return read();
    const std::string_view headers(request_.data(), head);
    std::size_t length = 0;
    for (const std::string_view name : {"Content-Length: ", "content-length: "}) {
      const std::size_t at = headers.find(name);
      if (at == std::string_view::npos) continue;
      std::from_chars(headers.data() + at + name.size(), headers.data() + headers.size(), length);
    }
    if (request_.size() < head + 4 + length) return read();
    const bool is_list = request_.find("<methodName>list_vms<") != std::string::npos;
    const bool is_last = headers.find("onnection: close") != std::string_view::npos;
    request_.clear();
    asio::async_write(stream_, asio::buffer(is_list ? canned_.list_vms : canned_.echo),
                      [self = this->shared_from_this(), is_last](
                          const boost::system::error_code& failed, std::size_t /*size*/) {
                        if (!failed && !is_last) self->read();
                      });
  }

  Stream stream_;
  const Canned& canned_;
  std::string request_;
  std::array<char, 8192> chunk_{};
};

template <class MakeStream>
void accept(Tcp::acceptor& acceptor, const Canned& canned, MakeStream make) {
  acceptor.async_accept(
      [&acceptor, &canned, make](const boost::system::error_code& failed, Tcp::socket socket) {
        if (!failed) {
          boost::system::error_code ignored;
          socket.set_option(Tcp::no_delay(true), ignored);
          auto stream = make(std::move(socket));
          std::make_shared<Session<decltype(stream)>>(std::move(stream), canned)->start();
        }
        accept(acceptor, canned, make);
      });
}

[[noreturn]] void serve(int report, const Canned& canned, const std::string& cert,
                        const std::string& key) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // never outlive a benchmark that was interrupted
  asio::io_context io(1);
  asio::ssl::context tls(asio::ssl::context::tls_server);
  tls.use_certificate_chain_file(cert);
  tls.use_private_key_file(key, asio::ssl::context::pem);
  const auto loopback = asio::ip::address_v4::loopback();
  Tcp::acceptor plain(io, {loopback, 0});
  Tcp::acceptor secure(io, {loopback, 0});
  const std::array<std::uint16_t, 2> ports{plain.local_endpoint().port(),
                                           secure.local_endpoint().port()};
  if (write(report, ports.data(), sizeof(ports)) != sizeof(ports)) _exit(1);
  close(report);
  accept(plain, canned, [](Tcp::socket socket) { return socket; });
  accept(secure, canned, [&tls](Tcp::socket socket) {
    return asio::ssl::stream<Tcp::socket>(std::move(socket), tls);
  });
  io.run();
  _exit(0);
}

}  // namespace

BenchServer::BenchServer(std::string list_vms_body) {
  std::string folder = "/tmp/trestle-bench-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) std::abort();
  ca_file_ = folder + "/cert.pem";
  key_file_ = folder + "/key.pem";
  const std::string make_certificate =
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 "
      "-addext subjectAltName=IP:127.0.0.1 -keyout " +
      key_file_ + " -out " + ca_file_ + " 2>/dev/null";
  if (std::system(make_certificate.c_str()) != 0) {
    std::fputs("bench: openssl could not make a certificate\n", stderr);
    std::exit(1);
  }
  const Canned canned{
      .echo = response(
          "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><string>put</string>"
          "</value>\n</param>\n</params>\n</methodResponse>\n"),
      .list_vms = response(list_vms_body)};
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) std::abort();
  child_ = fork();
  if (child_ == 0) {
    close(ends[0]);
    serve(ends[1], canned, ca_file_, key_file_);
  }
  close(ends[1]);
  std::array<std::uint16_t, 2> ports{};
  if (read(ends[0], ports.data(), sizeof(ports)) != sizeof(ports)) {
    std::fputs("bench: the server did not start\n", stderr);
    std::exit(1);
  }
  close(ends[0]);
  plain_port_ = ports[0];
  tls_port_ = ports[1];
}

BenchServer::~BenchServer() {
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  unlink(ca_file_.c_str());
  unlink(key_file_.c_str());
  rmdir(ca_file_.substr(0, ca_file_.rfind('/')).c_str());
}

}  // namespace trestle::bench
