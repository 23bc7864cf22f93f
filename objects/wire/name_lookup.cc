// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/name_lookup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <system_error>
#include <thread>
#include <utility>

#include "objects/core/thread_annotations.h"

namespace trestle {
namespace {

static_assert(sizeof(sockaddr_in6) <= sizeof(SocketAddress::bytes));

SocketAddress to_address(const void* raw, std::size_t size) {
  SocketAddress address;
  address.size = static_cast<std::uint32_t>(std::min(size, address.bytes.size()));
  std::memcpy(address.bytes.data(), raw, address.size);
  return address;
}

struct InfoDeleter {
  void operator()(addrinfo* info) const { freeaddrinfo(info); }
};

Result<NameLookup::Addresses> look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* raw = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &raw);
  const std::unique_ptr<addrinfo, InfoDeleter> list(raw);
  NameLookup::Addresses addresses;
  for (const addrinfo* info = list.get(); code == 0 && info != nullptr; info = info->ai_next) {
    if (info->ai_family == AF_INET || info->ai_family == AF_INET6) {
      addresses.push_back(to_address(info->ai_addr, info->ai_addrlen));
    }
  }
  if (!addresses.empty()) return addresses;
  if (code == EAI_AGAIN) {
    return fail(Code::kUnavailable, "the name servers do not answer for '" + host +
                                        "': check this machine's DNS, or use the address");
  }
  return fail(Code::kUnavailable,
              "no such host: the name '" + host + "' is not known: check the host in the URL");
}

}  // namespace

std::optional<SocketAddress> numeric_address(const std::string& host, std::uint16_t port) {
  // getaddrinfo reads scopes ("fe80::1%eth0") too, and asks nobody with this flag.
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &raw) != 0) {
    return std::nullopt;
  }
  const std::unique_ptr<addrinfo, InfoDeleter> list(raw);
  return to_address(list->ai_addr, list->ai_addrlen);
}

struct NameLookup::Queue {
  struct Item {
    std::string host;
    std::uint16_t port;
    Done done;
  };
  Mutex mutex;
  std::deque<Item> waiting TRESTLE_GUARDED_BY(mutex);
  int threads TRESTLE_GUARDED_BY(mutex) = 0;
  bool closed TRESTLE_GUARDED_BY(mutex) = false;

  std::optional<Item> next() TRESTLE_EXCLUDES(mutex) {
    const MutexLock lock(mutex);
    if (closed || waiting.empty()) {
      --threads;
      return std::nullopt;
    }
    Item item = std::move(waiting.front());
    waiting.pop_front();
    return item;
  }

  void answer(const Item& item, Result<Addresses> addresses) TRESTLE_EXCLUDES(mutex) {
    const MutexLock lock(mutex);  // held while telling: the destructor waits for a running `done`
    if (!closed) item.done(std::move(addresses));
  }

  /// A thread could not be made. If another one runs, it takes the work; else nobody would.
  void give_up() TRESTLE_EXCLUDES(mutex) {
    const MutexLock lock(mutex);
    --threads;
    if (threads > 0) return;
    for (const Item& item : waiting) {
      item.done(fail(Code::kResourceExhausted,
                     "no thread can be made to look up a name: raise the limit of processes"));
    }
    waiting.clear();
  }
};

NameLookup::NameLookup() : queue_(std::make_shared<Queue>()) {}

NameLookup::~NameLookup() {
  const MutexLock lock(queue_->mutex);
  queue_->closed = true;
  queue_->waiting.clear();
}

void NameLookup::find(std::string host, std::uint16_t port, Done done) {
  {
    const MutexLock lock(queue_->mutex);
    queue_->waiting.push_back({std::move(host), port, std::move(done)});
    if (queue_->threads == kLookupThreads) return;
    ++queue_->threads;
  }
  // Detached, because getaddrinfo cannot be told to stop and nobody should wait for it: the thread
  // touches the shared queue only.
  try {
    std::thread([queue = queue_] {
      while (auto item = queue->next()) queue->answer(*item, look_up(item->host, item->port));
    }).detach();
  } catch (const std::system_error&) {
    queue_->give_up();
  }
}

}  // namespace trestle
