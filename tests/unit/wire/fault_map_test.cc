// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/fault_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace trestle::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct FaultCase {
  const char* name;
  const char* text;
  Code code;
  const char* class_name;
  std::optional<int> errno_value;
  const char* what;  // beginning of the sentence
};

class FaultMapTest : public ::testing::TestWithParam<FaultCase> {};

// known defect 8: code, class and errno are told apart, and the raw text is kept.
TEST_P(FaultMapTest, SplitsAndMapsTheText) {
  const Error error = to_error({.code = 1, .text = GetParam().text});
  EXPECT_EQ(to_string(error.code), to_string(GetParam().code));
  ASSERT_TRUE(error.fault.has_value());
  EXPECT_EQ(error.fault->code, 1);
  EXPECT_EQ(error.fault->class_name, GetParam().class_name);
  EXPECT_EQ(error.fault->errno_value, GetParam().errno_value);
  EXPECT_EQ(error.fault->text, GetParam().text);
  EXPECT_THAT(error.what, StartsWith(GetParam().what));
  EXPECT_THAT(error.what, HasSubstr("; "));  // what to do about it
}

INSTANTIATE_TEST_SUITE_P(
    Codes, FaultMapTest,
    ::testing::Values(
        FaultCase{"NotFound", "exceptions.OSError:[Errno 2] No such file or directory: '/OVS/a'",
                  Code::kNotFound, "exceptions.OSError", 2, "[Errno 2] No such file"},
        FaultCase{"Exists", "exceptions.OSError:[Errno 17] File exists: '/OVS/a'",
                  Code::kAlreadyExists, "exceptions.OSError", 17, "[Errno 17] File exists"},
        FaultCase{"ExistsByWords", "exceptions.Exception:Repository already exists",
                  Code::kAlreadyExists, "exceptions.Exception", std::nullopt,
                  "Repository already exists"},
        FaultCase{"AlreadyAMember", "exceptions.Exception:Server is already a member of pool x",
                  Code::kAlreadyExists, "exceptions.Exception", std::nullopt, "Server is"},
        FaultCase{"Permission", "exceptions.IOError:[Errno 13] Permission denied: '/a'",
                  Code::kPermissionDenied, "exceptions.IOError", 13, "[Errno 13]"},
        FaultCase{"PermissionByWords",
                  "exceptions.RuntimeError:Command: ['mount'] failed (32): stderr: mount.nfs: "
                  "Permission denied",
                  Code::kPermissionDenied, "exceptions.RuntimeError", std::nullopt, "Command:"},
        FaultCase{"NoSpace", "exceptions.OSError:[Errno 28] No space left on device",
                  Code::kResourceExhausted, "exceptions.OSError", 28, "[Errno 28]"},
        FaultCase{"NoSpaceOfAHelper",
                  "exceptions.RuntimeError:Command: ['cp', 'a', 'b'] failed (1): stderr: cp: "
                  "writing `b': No space left on device",
                  Code::kResourceExhausted, "exceptions.RuntimeError", std::nullopt, "Command:"},
        FaultCase{"LockErrno", "exceptions.IOError:[Errno 37] No locks available",
                  Code::kFailedPrecondition, "exceptions.IOError", 37, "[Errno 37]"},
        FaultCase{"LockClass", "agent.lib.filelock.LockError:could not lock /a",
                  Code::kFailedPrecondition, "agent.lib.filelock.LockError", std::nullopt,
                  "could not lock"},
        FaultCase{"LockWords", "exceptions.Exception:fcntl: No locks available",
                  Code::kFailedPrecondition, "exceptions.Exception", std::nullopt, "fcntl"},
        FaultCase{"BusyErrno", "exceptions.OSError:[Errno 16] Device or resource busy: '/a'",
                  Code::kAborted, "exceptions.OSError", 16, "[Errno 16]"},
        FaultCase{"BusyWords",
                  "exceptions.RuntimeError:Command: ['ovs-local-bridge', 'start'] failed (1): "
                  "stderr: Start local network: Bridge control0 Is Busy",
                  Code::kAborted, "exceptions.RuntimeError", std::nullopt, "Command:"},
        FaultCase{"Unsupported", "exceptions.Exception:method \"x\" is not supported",
                  Code::kUnimplemented, "exceptions.Exception", std::nullopt, "method \"x\""},
        FaultCase{"TooManyArguments",
                  "exceptions.TypeError:start_vm() takes exactly 3 arguments (2 given)",
                  Code::kInvalidArgument, "exceptions.TypeError", std::nullopt, "start_vm() takes"},
        FaultCase{"InvalidArgument", "exceptions.Exception:Invalid roles: ['x']",
                  Code::kInvalidArgument, "exceptions.Exception", std::nullopt, "Invalid roles"},
        FaultCase{"InvalidHostname",
                  "exceptions.Exception:Invalid hostname resolution: lab -> 127.0.0.1",
                  Code::kFailedPrecondition, "exceptions.Exception", std::nullopt,
                  "Invalid hostname resolution"},
        FaultCase{"NotOwned", "exceptions.Exception:Server is not owned", Code::kFailedPrecondition,
                  "exceptions.Exception", std::nullopt, "Server is not owned"},
        FaultCase{"OwnedByAnother",
                  "exceptions.Exception:Server is owned by manager 0004fb0000010000",
                  Code::kPermissionDenied, "exceptions.Exception", std::nullopt, "Server is owned"},
        FaultCase{"AnythingElse", "exceptions.KeyError:'uuid'", Code::kAgentFault,
                  "exceptions.KeyError", std::nullopt, "'uuid'"}),
    [](const auto& c) { return std::string(c.param.name); });

// Negative twins: words that look like those above and mean something else.
INSTANTIATE_TEST_SUITE_P(
    Others, FaultMapTest,
    ::testing::Values(
        FaultCase{"ErrnoThatOnlyBeginsSo", "exceptions.OSError:[Errno 22] Invalid argument",
                  Code::kAgentFault, "exceptions.OSError", 22, "[Errno 22]"},
        FaultCase{"ErrnoTwoHundred", "exceptions.OSError:[Errno 200] odd", Code::kAgentFault,
                  "exceptions.OSError", 200, "[Errno 200]"},
        FaultCase{"AnotherTypeError", "exceptions.TypeError:unsupported operand", Code::kAgentFault,
                  "exceptions.TypeError", std::nullopt, "unsupported"},
        FaultCase{"TakesOfAnotherClass", "exceptions.Exception:this takes too long",
                  Code::kAgentFault, "exceptions.Exception", std::nullopt, "this takes"},
        FaultCase{"NotSupportedButNotByTheDispatcher",
                  "exceptions.Exception:Storage type x is not supported", Code::kAgentFault,
                  "exceptions.Exception", std::nullopt, "Storage type"},
        FaultCase{"InvalidInside", "exceptions.Exception:that is an invalid thing",
                  Code::kAgentFault, "exceptions.Exception", std::nullopt, "that is"},
        FaultCase{"Busybox", "exceptions.Exception:/sbin/busybox failed", Code::kAgentFault,
                  "exceptions.Exception", std::nullopt, "/sbin/busybox"},
        FaultCase{"LockErrorInside", "exceptions.Exception:not a LockError", Code::kAgentFault,
                  "exceptions.Exception", std::nullopt, "not a LockError"},
        FaultCase{"ResolverErrno", "socket.gaierror:[Errno -2] Name or service not known",
                  Code::kAgentFault, "socket.gaierror", -2, "[Errno -2]"}),
    [](const auto& c) { return std::string(c.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Forms, FaultMapTest,
    ::testing::Values(
        FaultCase{"Python26Type", "<type 'exceptions.OSError'>:[Errno 17] File exists: '/a'",
                  Code::kAlreadyExists, "exceptions.OSError", 17, "[Errno 17]"},
        FaultCase{"Python26Class", "<class 'agent.lib.filelock.LockError'>:late",
                  Code::kFailedPrecondition, "agent.lib.filelock.LockError", std::nullopt, "late"},
        FaultCase{"BlankForDot", "exceptions OSError:[Errno 17] File exists", Code::kAlreadyExists,
                  "exceptions.OSError", 17, "[Errno 17]"},
        FaultCase{"BlankBeforeDot", "exceptions .OSError:[Errno 17] File exists",
                  Code::kAlreadyExists, "exceptions.OSError", 17, "[Errno 17]"},
        FaultCase{"BlankInAWrapper", "<type 'exceptions .OSError'>:[Errno.17] File exists",
                  Code::kAlreadyExists, "exceptions.OSError", 17, "[Errno.17]"},
        FaultCase{"ErrnoWithDot", "exceptions.OSError:[Errno.2] gone", Code::kNotFound,
                  "exceptions.OSError", 2, "[Errno.2]"},
        FaultCase{"BareClass", "KeyError:'a'", Code::kAgentFault, "KeyError", std::nullopt, "'a'"},
        FaultCase{"WordThatIsNoClass", "stderr:a", Code::kAgentFault, "", std::nullopt, "stderr:a"},
        FaultCase{"BareErrorClass", "LockError:late", Code::kFailedPrecondition, "LockError",
                  std::nullopt, "late"},
        FaultCase{"NoClass", "Repository already exists", Code::kAlreadyExists, "", std::nullopt,
                  "Repository already exists"},
        FaultCase{"ColonOfTheMessage", "No space left on device: /OVS", Code::kResourceExhausted,
                  "", std::nullopt, "No space left on device: /OVS"},
        FaultCase{"UnfinishedWrapper", "<type 'exceptions.OSError", Code::kAgentFault, "",
                  std::nullopt, "<type 'exceptions.OSError"},
        FaultCase{"WrapperOfNoPath", "<type 'a b/c'>:x", Code::kAgentFault, "", std::nullopt,
                  "<type 'a b/c'>:x"},
        FaultCase{"WrapperAlone", "<type 'exceptions.OSError'>", Code::kAgentFault,
                  "exceptions.OSError", std::nullopt,
                  "the agent raised exceptions.OSError without a message"},
        FaultCase{"Empty", "", Code::kAgentFault, "", std::nullopt, "the agent raised a fault"},
        FaultCase{"ClassAlone", "exceptions.OSError:", Code::kAgentFault, "exceptions.OSError",
                  std::nullopt, "the agent raised exceptions.OSError"}),
    [](const auto& c) { return std::string(c.param.name); });

TEST(FaultMap, MakesOneLineOfATrace) {
  const Error error = to_error({.code = 1, .text = "exceptions.Exception:a\n  b\r\n\x1b[31mc."});
  EXPECT_THAT(error.what, StartsWith("a b [31mc;"));
  EXPECT_EQ(error.fault->text, "exceptions.Exception:a\n  b\r\n\x1b[31mc.");
}

TEST(FaultMap, SaysWhatToDoWhereItIsKnown) {
  const auto what = [](const char* text) { return to_error({.code = 1, .text = text}).what; };
  EXPECT_THAT(what("exceptions.IOError:[Errno 37] No locks available"), HasSubstr("start statd"));
  EXPECT_THAT(what("exceptions.Exception:Invalid hostname resolution: a -> 127.0.0.1"),
              HasSubstr("/etc/hosts"));
  EXPECT_THAT(what("exceptions.Exception:Server is not owned"), HasSubstr("take ownership"));
  EXPECT_THAT(what("exceptions.OSError:[Errno 28] x"), HasSubstr("free space"));
  EXPECT_THAT(what("exceptions.KeyError:'a'"), HasSubstr("ovs-agent.log"));
}

TEST(FaultMap, KeepsTheNumberOfTheFault) {
  EXPECT_EQ(to_error({.code = -32601, .text = "x"}).fault->code, -32601);
}

TEST(FaultMap, LeavesHostAndServiceToTheCaller) {
  const Error error = to_error({.code = 1, .text = "x"});
  EXPECT_EQ(error.host, "");
  EXPECT_EQ(error.service, "");
  EXPECT_THAT(error.message(), Not(HasSubstr("(")));
}

}  // namespace
}  // namespace trestle::wire
