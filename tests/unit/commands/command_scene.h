// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_COMMANDS_COMMAND_SCENE_H_
#define TRESTLE_TESTS_UNIT_COMMANDS_COMMAND_SCENE_H_

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "integration/ovm3/resource.h"
#include "tests/unit/helpers/place_scene.h"

namespace trestle::ovm3 {

/// The host of PlaceScene behind a Resource: whole commands go in, answers come out.
class CommandScene : public PlaceScene {
 protected:
  CommandScene()
      : resource_(
            [this](const contracts::Configuration&) -> Result<std::unique_ptr<Transport>> {
              TRESTLE_ASSIGN_OR_RETURN(auto way, sim_.transport("ovm-1"));
              return std::make_unique<flow::NotingTransport>(std::move(way), "ovm-1", sent_);
            },
            log_) {
    configure({.values = {{"ip", kAddress}, {"host", "ovm-1"}}});
  }

  void configure(const contracts::Configuration& settings) {
    const auto done = resource_.configure(settings);
    if (!done) ADD_FAILURE() << done.error().message();
  }

  template <class Command>
  schema::Object execute(Command command) {
    return resource_.execute(ctx(), schema::Object(std::move(command)));
  }
  /// The answer, which must be of class A.
  template <class A, class Command>
  A answer(Command command) {
    const schema::Object given = execute(std::move(command));
    const A* const typed = given.as<A>();
    if (typed == nullptr) ADD_FAILURE() << "the answer is a " << given.type().name;
    return typed == nullptr ? A{} : *typed;
  }

  Resource resource_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_TESTS_UNIT_COMMANDS_COMMAND_SCENE_H_
