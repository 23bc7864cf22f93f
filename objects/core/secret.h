// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_SECRET_H_
#define TRESTLE_OBJECTS_CORE_SECRET_H_

#include <ostream>
#include <string>
#include <utility>

namespace trestle {

/// A text that must not reach a log, an error or a terminal. Printing one gives ********; only
/// `reveal` gives the content, so every use can be found by that word. Wiped when destroyed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string content) : content_(std::move(content)) {}
  Secret(const Secret&) = default;
  // Copied and wiped: moving a short std::string leaves its bytes in the old place.
  // NOLINTNEXTLINE(performance-move-constructor-init)
  Secret(Secret&& other) noexcept : content_(other.content_) { other.wipe(); }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      content_ = other.content_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      content_ = other.content_;
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  [[nodiscard]] const std::string& reveal() const { return content_; }
  [[nodiscard]] bool empty() const { return content_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Secret& /*secret*/) {
    return out << "********";
  }

 private:
  void wipe() noexcept {
    volatile char* bytes = content_.data();  // volatile: the compiler must not drop the writes
    for (std::size_t i = 0; i < content_.size(); ++i) bytes[i] = 0;
    content_.clear();
  }
  std::string content_;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_SECRET_H_
