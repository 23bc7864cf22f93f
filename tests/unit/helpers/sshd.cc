// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/helpers/sshd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "helpers/ovm3/socket_wait.h"
#include "objects/core/poll.h"

namespace trestle::ovm3 {
namespace {

constexpr const char* kAddress = "127.0.77.1";

pid_t spawn(const std::vector<std::string>& words, const std::vector<std::string>& variables = {},
            const std::string& output = "/dev/null") {
  const pid_t child = ::fork();
  if (child != 0) return child;
  std::vector<char*> args;
  for (const std::string& word : words) args.push_back(const_cast<char*>(word.c_str()));
  args.push_back(nullptr);
  for (const std::string& variable : variables) ::putenv(const_cast<char*>(variable.c_str()));
  const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execv(args[0], args.data());
  ::_exit(127);
}

int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file) << text;
  std::filesystem::permissions(file, std::filesystem::perms(0600));
}

/// A port that was free a moment ago.
std::uint16_t free_port() {
  const Descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, kAddress, &address.sin_addr);
  socklen_t size = sizeof address;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port for sshd");
  }
  return ntohs(address.sin_port);
}

void make_key(const std::string& file) {
  std::filesystem::remove(file);
  if (run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file}) !=
      0) {
    throw std::runtime_error("ssh-keygen fails; is openssh-client installed (tools/setup)?");
  }
}

}  // namespace

int run_program(const std::vector<std::string>& words) { return wait_for(spawn(words)); }

Sshd::Sshd(const std::string& config) {
  std::string name = (std::filesystem::temp_directory_path() / "trestle-sshd-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for sshd");
  folder_ = name;
  make_key(file("hostkey"));
  make_key(file("userkey"));
  make_key(file("strangerkey"));
  std::filesystem::copy_file(file("userkey.pub"), file("authorized"));
  std::filesystem::create_directories(
      "/run/sshd");  // sshd's own; the package makes it at boot only
  port_ = free_port();
  const passwd* const me = ::getpwuid(::getuid());
  const std::string user = me->pw_name;
  write(file("password"), kPassword + std::string("\n"));
  run_program({"/bin/sh", "-c",
               "umask 077; { getent passwd sshd; printf '%s:x:%s::%s:/bin/sh\\n' "
               "\"$1\" \"$(id -u):$(id -g)\" \"$2\"; } > \"$2/passwd\"; "
               "cp /etc/group \"$2/group\"; printf '%s:%s:19000:0:99999:7:::\\n' \"$1\" "
               "\"$(openssl passwd -6 -stdin "
               "< \"$2/password\")\" > \"$2/shadow\"",
               "sh", user, folder_.string()});
  write(
      file("config"),
      "Port " + std::to_string(port_) + "\nListenAddress " + kAddress + "\nHostKey " +
          file("hostkey") + "\nAuthorizedKeysFile " + file("authorized") +
          "\nPidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
          "MaxStartups 300\nMaxSessions 100\n" +
          (config.find("Subsystem") == std::string::npos ? "Subsystem sftp internal-sftp\n" : "") +
          config + "\n");
  start();
}

Sshd::~Sshd() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Sshd::start() {
  process_ = spawn({"/usr/sbin/sshd", "-D", "-e", "-f", file("config")},
                   {"LD_PRELOAD=libnss_wrapper.so", "NSS_WRAPPER_PASSWD=" + file("passwd"),
                    "NSS_WRAPPER_GROUP=" + file("group"), "NSS_WRAPPER_SHADOW=" + file("shadow")},
                   file("log"));
  const auto up = poll(context_for(std::chrono::seconds(20)), std::chrono::milliseconds(10),
                       "sshd to listen", [&](const CallContext& ctx) -> Result<bool> {
                         return connect_tcp(ctx, kAddress, port_).has_value();
                       });
  if (!up) throw std::runtime_error("sshd does not start: " + read(file("log")));
}

void Sshd::stop() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  wait_for(process_);
  process_ = -1;
}

SshAddress Sshd::address() const {
  return {.host = kAddress, .port = port_, .user = ::getpwuid(::getuid())->pw_name};
}

SshOptions Sshd::options() const {
  SshOptions options;
  options.trust.pins = fingerprint();
  options.login.key_file = file("userkey");
  return options;
}

std::string Sshd::fingerprint() const {
  run_program({"/bin/sh", "-c", "ssh-keygen -lf \"$1/hostkey.pub\" > \"$1/fingerprint\"", "sh",
               folder_.string()});
  std::ifstream in(file("fingerprint"));
  std::string bits;
  std::string fingerprint;
  in >> bits >> fingerprint;
  return fingerprint;
}

void Sshd::change_host_key() {
  stop();
  make_key(file("hostkey"));
  start();
}

std::string Sshd::known_line() const {
  return "[" + std::string(kAddress) + "]:" + std::to_string(port_) + " " +
         read(file("hostkey.pub"));
}

}  // namespace trestle::ovm3
