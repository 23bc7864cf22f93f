// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/peers.h"

#include <curl/curl.h>
#include <xmlrpc-c/base.h>
#include <xmlrpc-c/client.h>

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "tests/bench/measure.h"

namespace trestle::bench {
namespace {

constexpr std::size_t kStockLimit = std::size_t{64}
                                    << 20U;  // its default of 512 KiB would refuse real replies

void check(xmlrpc_env& env, const char* doing) {
  if (env.fault_occurred != 0) give_up(std::string("xmlrpc-c, ") + doing + ": " + env.fault_string);
}

std::size_t throw_away(char* /*data*/, std::size_t size, std::size_t count, void* /*user*/) {
  return size * count;
}

}  // namespace

struct StockClient::Handles {
  xmlrpc_env env{};
  xmlrpc_client* client = nullptr;
  xmlrpc_server_info* server = nullptr;

  void call(const char* method, bool with_argument) {
    xmlrpc_value* params =
        with_argument ? xmlrpc_build_value(&env, "(s)", "put") : xmlrpc_array_new(&env);
    xmlrpc_value* result = nullptr;
    xmlrpc_client_call2(&env, client, server, method, params, &result);
    check(env, method);
    xmlrpc_DECREF(params);
    xmlrpc_DECREF(result);
  }
};

StockClient::StockClient(const std::string& url) : handles_(std::make_unique<Handles>()) {
  xmlrpc_env_init(&handles_->env);
  xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, kStockLimit);
  xmlrpc_client_setup_global_const(&handles_->env);
  xmlrpc_client_create(&handles_->env, XMLRPC_CLIENT_NO_FLAGS, "bench", "1", nullptr, 0,
                       &handles_->client);
  check(handles_->env, "create");
  handles_->server = xmlrpc_server_info_new(&handles_->env, url.c_str());
  check(handles_->env, "server info");
}

StockClient::~StockClient() {
  xmlrpc_server_info_free(handles_->server);
  xmlrpc_client_destroy(handles_->client);
  xmlrpc_client_teardown_global_const();
  xmlrpc_env_clean(&handles_->env);
}

void StockClient::echo(std::size_t calls) {
  for (std::size_t i = 0; i < calls; ++i) handles_->call("echo", true);
}

void StockClient::list_vms(std::size_t calls) {
  for (std::size_t i = 0; i < calls; ++i) handles_->call("list_vms", false);
}

struct CurlMulti::Handles {
  CURLM* multi = curl_multi_init();
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: text/xml");
  std::string body;
  std::vector<CURL*> easy;
};

CurlMulti::CurlMulti(std::string url, std::string body, std::size_t in_flight, bool fresh,
                     std::string ca_file)
    : handles_(std::make_unique<Handles>()) {
  handles_->body = std::move(body);
  curl_multi_setopt(handles_->multi, CURLMOPT_MAXCONNECTS, static_cast<long>(in_flight));
  for (std::size_t i = 0; i < in_flight; ++i) {
    CURL* easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, handles_->body.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(handles_->body.size()));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, handles_->headers);
    curl_easy_setopt(easy, CURLOPT_USERPWD, "oracle:secret");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (fresh) curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    if (fresh) curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    if (!ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
    handles_->easy.push_back(easy);
  }
}

CurlMulti::~CurlMulti() {
  for (CURL* easy : handles_->easy) curl_easy_cleanup(easy);
  curl_multi_cleanup(handles_->multi);
  curl_slist_free_all(handles_->headers);
}

void CurlMulti::run(std::size_t calls) {
  std::size_t started = 0;
  std::size_t done = 0;
  for (CURL* easy : handles_->easy) {
    if (started++ < calls) curl_multi_add_handle(handles_->multi, easy);
  }
  while (done < calls) {
    int running = 0;
    curl_multi_perform(handles_->multi, &running);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(handles_->multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      if (message->data.result != CURLE_OK)
        give_up(std::string("libcurl: ") + curl_easy_strerror(message->data.result));
      CURL* easy = message->easy_handle;
      curl_multi_remove_handle(handles_->multi, easy);
      ++done;
      if (started < calls) {
        ++started;
        curl_multi_add_handle(handles_->multi, easy);
      }
    }
    if (done < calls) curl_multi_poll(handles_->multi, nullptr, 0, 1000, nullptr);
  }
}

double python_echo_rate(const std::string& url, std::size_t calls) {
  const std::string program =
      "import time, xmlrpc.client\n"
      "proxy = xmlrpc.client.ServerProxy(\"" +
      url +
      "\")\n"
      "proxy.echo(\"put\")\n"
      "start = time.monotonic()\n"
      "for _ in range(" +
      std::to_string(calls) +
      "): proxy.echo(\"put\")\n"
      "print(" +
      std::to_string(calls) + " / (time.monotonic() - start))\n";
  FILE* child = popen(("python3 -c '" + program + "'").c_str(), "r");
  double rate = 0;
  if (child == nullptr || std::fscanf(child, "%lf", &rate) != 1 || pclose(child) != 0)
    give_up("python3 failed");
  return rate;
}

void stock_parse(const std::string& body) {
  xmlrpc_env env;
  xmlrpc_env_init(&env);
  xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, kStockLimit);
  xmlrpc_value* result = nullptr;
  int fault_code = 0;
  const char* fault_string = nullptr;
  xmlrpc_parse_response2(&env, body.data(), body.size(), &result, &fault_code, &fault_string);
  check(env, "parse");
  xmlrpc_DECREF(result);
  xmlrpc_env_clean(&env);
}

}  // namespace trestle::bench
