// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/work.h"

#include <algorithm>
#include <chrono>

namespace trestle::ovm3 {
namespace {

constexpr std::chrono::seconds kMostUndo{30};
constexpr int kUndoPart = 10;

}  // namespace

WorkTime work_time(const CallContext& ctx) {
  WorkTime time{.work = ctx, .undo = ctx};
  const std::chrono::nanoseconds reserve =
      std::min<std::chrono::nanoseconds>(ctx.remaining() / kUndoPart, kMostUndo);
  if (reserve.count() > 0) time.work.deadline -= reserve;
  time.undo.stop = {};
  return time;
}

}  // namespace trestle::ovm3
