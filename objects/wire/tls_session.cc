// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/tls_session.h"

#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "objects/wire/name_lookup.h"
#include "objects/wire/tls_errors.h"

namespace trestle {

struct TlsContext::Handles {
  struct ContextDeleter {
    void operator()(SSL_CTX* raw) const { SSL_CTX_free(raw); }
  };
  struct MethodDeleter {
    void operator()(BIO_METHOD* raw) const { BIO_meth_free(raw); }
  };
  std::unique_ptr<SSL_CTX, ContextDeleter> context;
  std::unique_ptr<BIO_METHOD, MethodDeleter> socket_method;
};

struct TlsMemory::Slot {
  struct SessionDeleter {
    void operator()(SSL_SESSION* raw) const { SSL_SESSION_free(raw); }
  };
  Mutex mutex;
  std::unique_ptr<SSL_SESSION, SessionDeleter> session TRESTLE_GUARDED_BY(mutex);
};

struct TlsSession::Handles {
  struct SslDeleter {
    void operator()(SSL* raw) const { SSL_free(raw); }
  };
  const TlsPolicy* policy = nullptr;
  TlsMemory::Slot* memory = nullptr;
  std::string host;
  int socket = -1;
  TlsEvidence evidence;
  std::unique_ptr<SSL, SslDeleter> ssl;  // last: freed first, while the rest is there
};

namespace {

/// OpenSSL's own socket BIO writes with write(2), and a peer that has gone would then end the
/// process with SIGPIPE. A library must not change signal handling, so ours sends with a flag.
int send_to_socket(BIO* bio, const char* bytes, int size) {
  auto* session = static_cast<TlsSession::Handles*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(session->socket, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int receive_from_socket(BIO* bio, char* bytes, int size) {
  auto* session = static_cast<TlsSession::Handles*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const auto got = ::recv(session->socket, bytes, static_cast<std::size_t>(size), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  if (got > 0) session->evidence.note_first_bytes({bytes, static_cast<std::size_t>(got)});
  return static_cast<int>(got);
}

long control_socket(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

bool is_address(const std::string& host) { return numeric_address(host, 0).has_value(); }

std::string encoding_of(X509* certificate) {
  struct BytesDeleter {
    void operator()(unsigned char* raw) const { OPENSSL_free(raw); }
  };
  unsigned char* raw = nullptr;
  const int size = i2d_X509(certificate, &raw);
  const std::unique_ptr<unsigned char, BytesDeleter> bytes(raw);
  if (size <= 0) return {};
  return {reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size)};
}

/// Called by OpenSSL for the certificate of a full handshake. The one place where a host is
/// believed or not.
int verify_host(X509_STORE_CTX* store, void* /*argument*/) {
  const auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* session = static_cast<TlsSession::Handles*>(SSL_get_app_data(ssl));
  TlsEvidence& evidence = session->evidence;
  const auto look_at_it = [&] {
    evidence.note_certificate(encoding_of(X509_STORE_CTX_get0_cert(store)));
  };
  switch (session->policy->trust()) {
    case TlsPolicy::Trust::kInsecure:
      return 1;
    case TlsPolicy::Trust::kPin:
      look_at_it();
      if (evidence.key && session->policy->has_pin(*evidence.key)) return 1;
      evidence.verify_code = X509_V_ERR_APPLICATION_VERIFICATION;
      X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
      return 0;
    case TlsPolicy::Trust::kCaFile:
      break;
  }
  if (X509_verify_cert(store) == 1) return 1;
  look_at_it();
  evidence.verify_code = X509_STORE_CTX_get_error(store);
  return 0;
}

int remember_session(SSL* ssl, SSL_SESSION* session) {
  auto* handles = static_cast<TlsSession::Handles*>(SSL_get_app_data(ssl));
  const MutexLock lock(handles->memory->mutex);
  handles->memory->session.reset(session);
  return 1;  // the reference is ours now
}

bool add_certificates(SSL_CTX* context, const std::string& pem) {
  struct InfoDeleter {
    void operator()(STACK_OF(X509_INFO) * infos) const {
      sk_X509_INFO_pop_free(infos, X509_INFO_free);
    }
  };
  struct BioDeleter {
    void operator()(BIO* bio) const { BIO_free(bio); }
  };
  const std::unique_ptr<BIO, BioDeleter> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const std::unique_ptr<STACK_OF(X509_INFO), InfoDeleter> infos(
      PEM_X509_INFO_read_bio(bio.get(), nullptr, nullptr, nullptr));
  if (!infos) return false;
  int added = 0;
  for (int i = 0; i < sk_X509_INFO_num(infos.get()); ++i) {
    X509* certificate = sk_X509_INFO_value(infos.get(), i)->x509;
    if (certificate == nullptr) continue;
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate) != 1) return false;
    ++added;
  }
  return added > 0;
}

void allow_old_tls(SSL_CTX* context) {
  // OpenSSL 3 wants 112 bits everywhere; the handshake of TLS 1.0 signs with MD5 and SHA-1, which
  // is less, and Enterprise Linux 5 may lack secure renegotiation.
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0");
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::create(const TlsPolicy& policy) {
  auto handles = std::make_unique<Handles>();
  handles->context.reset(SSL_CTX_new(TLS_client_method()));
  handles->socket_method.reset(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE"));
  SSL_CTX* context = handles->context.get();
  BIO_METHOD* method = handles->socket_method.get();
  if (context == nullptr || method == nullptr) {
    ERR_clear_error();
    return fail(Code::kInternal, "OpenSSL cannot make a TLS context: check its installation");
  }
  BIO_meth_set_write(method, send_to_socket);
  BIO_meth_set_read(method, receive_from_socket);
  BIO_meth_set_ctrl(method, control_socket);

  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (policy.allows_tls10()) allow_old_tls(context);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify_host, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, remember_session);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  // Agents end a reply by closing the socket; whether it was whole is seen from its length.
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (policy.certificates()) {
    // A host's own certificate may stand in the file without being anybody's CA.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
    if (!add_certificates(context, *policy.certificates())) {
      ERR_clear_error();
      return fail(Code::kInvalidArgument, "the " + policy.description() +
                                              " holds something unreadable: it must be "
                                              "certificates in PEM form");
    }
  }
  ERR_clear_error();
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(handles)));  // private constructor
}

Result<std::shared_ptr<TlsContext>> TlsContexts::get(const TlsPolicy& policy) {
  // Pinned and insecure contexts are the same: their difference is the policy, asked per session.
  const Key key{policy.certificates() ? *policy.certificates() : std::string(),
                policy.allows_tls10()};
  const MutexLock lock(mutex_);
  if (const auto found = contexts_.find(key); found != contexts_.end()) return found->second;
  TRESTLE_ASSIGN_OR_RETURN(std::shared_ptr<TlsContext> context, TlsContext::create(policy));
  contexts_.emplace(key, context);
  return context;
}

TlsMemory::TlsMemory() : slot_(std::make_unique<Slot>()) {}
TlsMemory::~TlsMemory() = default;

void TlsMemory::forget() {
  const MutexLock lock(slot_->mutex);
  slot_->session.reset();
}

TlsSession::TlsSession(const TlsContext& context, const TlsPolicy& policy, TlsMemory& memory,
                       const std::string& host, int socket)
    : handles_(std::make_unique<Handles>()) {
  handles_->policy = &policy;
  handles_->memory = &memory.slot();
  handles_->host = host;
  handles_->socket = socket;
  handles_->ssl.reset(SSL_new(context.handles().context.get()));
  SSL* ssl = handles_->ssl.get();
  SSL_set_app_data(ssl, handles_.get());
  BIO* bio = BIO_new(context.handles().socket_method.get());
  BIO_set_data(bio, handles_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
  } else {
    SSL_set1_host(ssl, host.c_str());
    SSL_set_tlsext_host_name(ssl, host.c_str());
  }
  SSL_set_connect_state(ssl);
  const MutexLock lock(handles_->memory->mutex);
  if (handles_->memory->session) SSL_set_session(ssl, handles_->memory->session.get());
}

TlsSession::~TlsSession() {
  // Sends nothing, but marks the session as ended in order: OpenSSL would not resume it otherwise.
  SSL_set_quiet_shutdown(handles_->ssl.get(), 1);
  SSL_shutdown(handles_->ssl.get());
  ERR_clear_error();
}

IoStatus TlsSession::status_of(int result) {
  switch (SSL_get_error(handles_->ssl.get(), result)) {
    case SSL_ERROR_NONE:
      return IoStatus::kOk;
    case SSL_ERROR_WANT_READ:
      return IoStatus::kWantRead;
    case SSL_ERROR_WANT_WRITE:
      return IoStatus::kWantWrite;
    case SSL_ERROR_ZERO_RETURN:
      return IoStatus::kClosed;
    default:
      break;
  }
  handles_->evidence.note_failure(ERR_peek_error(), errno);
  ERR_clear_error();
  return IoStatus::kBroken;
}

IoStatus TlsSession::handshake() {
  ERR_clear_error();
  errno = 0;
  return status_of(SSL_do_handshake(handles_->ssl.get()));
}

Error TlsSession::handshake_error() const {
  return explain_tls_failure(handles_->evidence, *handles_->policy, handles_->host);
}

bool TlsSession::resumed() const { return SSL_session_reused(handles_->ssl.get()) == 1; }

IoStatus TlsSession::write(std::string_view bytes, std::size_t& count) {
  ERR_clear_error();
  count = 0;
  return status_of(SSL_write_ex(handles_->ssl.get(), bytes.data(), bytes.size(), &count));
}

IoStatus TlsSession::read(std::span<char> into, std::size_t& count) {
  ERR_clear_error();
  count = 0;
  return status_of(SSL_read_ex(handles_->ssl.get(), into.data(), into.size(), &count));
}

void TlsSession::release_buffers() {
  // SSL_MODE_RELEASE_BUFFERS is there for this, but OpenSSL 3.0 keeps the 16 KiB of a write.
  SSL_free_buffers(handles_->ssl.get());
}

bool TlsSession::is_idle() {
  // A peek takes in session tickets, which may come at any time and mean nothing here.
  char byte = 0;
  std::size_t count = 0;
  ERR_clear_error();
  return status_of(SSL_peek_ex(handles_->ssl.get(), &byte, 1, &count)) == IoStatus::kWantRead;
}

bool TlsSession::peer_speaks_tls() const { return handles_->evidence.first_bytes_are_tls(); }

}  // namespace trestle
